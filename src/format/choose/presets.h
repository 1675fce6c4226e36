// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "format/choose/builtin.h"

namespace routemeter::format {

/// The formats that are nothing but a well-known string: rows for the table of built-ins.
const std::vector<Builtin>& text_presets();

}  // namespace routemeter::format

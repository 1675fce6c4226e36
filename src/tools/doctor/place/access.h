// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tools/doctor/place/finding.h"

namespace routemeter::doctor {

/// Whether this user can read the log, and whether there is something in it that can be a log; otherwise what
/// stands in the way. One finding; a problem means that there is nothing to look into.
Finding check_access(const std::string& path);

}  // namespace routemeter::doctor

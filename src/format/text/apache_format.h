// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/contract/format.h"

namespace routemeter::format {

/// A LogFormat string of Apache's mod_log_config, alone or as the whole directive (LogFormat "..." name).
util::Result<FormatPtr> make_apache(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

}  // namespace routemeter::format

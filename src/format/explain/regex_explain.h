// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "format/contract/mismatch.h"
#include "model/capture_regex.h"

namespace routemeter::format {

/// How far a line matches: by the longest beginning of the pattern, cut between its parts, that takes a
/// beginning of the line. `pattern` is valid and in RE2's spelling.
std::optional<Mismatch> explain_regex(std::string_view pattern, const model::CaptureRegexFactory& make,
                                      std::string_view line);

}  // namespace routemeter::format

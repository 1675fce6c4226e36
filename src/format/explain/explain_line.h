// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "format/contract/format.h"
#include "format/scan/line_scanner.h"
#include "model/capture_regex.h"
#include "model/request.h"
#include "model/vocabulary.h"

namespace routemeter::format {

/// Why a line does not have the shape of a text format. `fields` are the scanner's, as the format string
/// writes them.
Mismatch explain_shape(const LineScanner::Reach& reach, std::span<const std::string> fields,
                       std::string_view line);

/// Whether a field can be what makes a line fail for that reason.
bool can_blame(model::Reason reason, model::Field field);

/// A field of a line, and what fills it.
struct FieldValue {
  model::Field field;
  std::string_view text;  ///< a part of the line
  std::string name;
};

/// The value that is wrong in a line of the right shape, for the reason that the parser gave.
std::optional<Mismatch> explain_values(model::Reason reason, std::span<const FieldValue> values,
                                       std::string_view line);

/// How far a line matches: by the longest beginning of the pattern, cut between its parts, that takes a
/// beginning of the line. `pattern` is valid and in RE2's spelling.
std::optional<Mismatch> explain_regex(std::string_view pattern, const model::CaptureRegexFactory& make,
                                      std::string_view line);

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "format/contract/mismatch.h"
#include "format/scan/scanner.h"
#include "model/reason.h"
#include "model/request.h"

namespace routemeter::format {

/// A line that does not have the shape of a text format. `fields` are the scanner's, as the format string
/// writes them.
Mismatch explain_shape(const Scanner::Reach& reach, std::span<const std::string> fields,
                       std::string_view line);

/// A field of a line, and what fills it.
struct FieldValue {
  model::Field field;
  std::string_view text;  ///< a part of the line
  std::string name;
};

/// A line that has the shape, but a value that cannot be: which one, for the reason that the parser gave.
std::optional<Mismatch> explain_values(model::Reason reason, std::span<const FieldValue> values,
                                       std::string_view line);

}  // namespace routemeter::format

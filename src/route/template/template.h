// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "util/result.h"

namespace routemeter::route {

/// A piece of a route template: text that stands for itself, or a parameter.
struct TemplatePart {
  /// Starlette's converters (DESIGN.md section 2 has their patterns).
  enum class Converter : std::uint8_t { kStr, kPath, kInt, kFloat, kUuid };
  bool is_literal = true;
  std::string literal;                    ///< is_literal: never empty
  Converter converter = Converter::kStr;  ///< else
  std::string name;                       ///< else: the parameter's name
};

/// Splits "/items/{item_id:int}.pdf" into its parts; neighbouring literals are one part.
/// All errors at once: `at` is line 1 and the byte inside `text` (from 1), `source_line` is `text`, `file`
/// empty.
util::Result<std::vector<TemplatePart>> parse_template(std::string_view text);

/// The RE2 over a whole path that means the same.
std::string regex_of(const std::vector<TemplatePart>& parts);

}  // namespace routemeter::route

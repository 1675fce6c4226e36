// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "route/template/converter.h"
#include "util/result.h"

namespace routemeter::route {

/// A piece of a route template: text that stands for itself, or a parameter.
struct TemplatePart {
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

/// The template that means the same as this RE2 matched over a whole path, when there is one: `/static/.*`,
/// `/items/[^/]+/v\.1`, `/n/[0-9]+`. Most patterns that people write are such, and the tree decides those
/// for a tenth of a regex's price.
std::optional<std::vector<TemplatePart>> simple_pattern(std::string_view pattern);

}  // namespace routemeter::route

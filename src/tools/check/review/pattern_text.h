// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "tools/check/language/path_regex.h"
#include "tools/check/review/finding.h"

// What can be seen in the text of a pattern.

namespace routemeter::check {

/// The first `^` or `$` with something before or after it that no path can have there.
std::optional<std::size_t> middle_anchor(std::string_view pattern);
/// Whether it ends in a `$` that is the anchor.
bool ends_with_anchor(std::string_view pattern);

/// A parameter as templates and other frameworks write it.
struct PlainParameter {
  std::size_t offset = 0;
  std::string text;         ///< "{id}", ":id", "<int:id>"
  std::string as_template;  ///< the whole pattern with it as a template writes it
};
std::optional<PlainParameter> plain_parameter(std::string_view pattern);

bool has_percent_escape(std::string_view text);
/// The pattern with its percent escapes undone, as far as they are printable ASCII.
std::string percent_decoded(std::string_view pattern);

/// Reports dots that stand for any character where a dot was meant, with the pattern that says so.
void review_dots(std::string_view pattern, const RegexNode& tree, util::Position at, Findings& findings);

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/rule_file.h"
#include "tools/check/language/path_language.h"
#include "tools/check/language/path_regex.h"

namespace routemeter::check {

/// What the path of one rule looks like to this program.
struct RuleShape {
  std::string regex;                     ///< over the whole path, of templates too
  std::optional<RegexNode> tree;         ///< nothing: only RE2 understands it
  std::optional<PathLanguage> language;  ///< nothing: that, or it is too large to follow
};

/// One for each of the file's routes.
std::vector<RuleShape> shapes_of(const model::RuleFile& file);

}  // namespace routemeter::check

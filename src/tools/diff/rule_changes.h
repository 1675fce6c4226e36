// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/rule_file.h"

namespace routemeter::explain {

enum class Change : std::uint8_t { kAdded, kRemoved, kChanged, kMoved };

/// "added", "removed", "changed", "moved".
std::string_view name_of(Change change);
/// "+", "-", "~", ">": the first character of the line.
std::string_view sign_of(Change change);

/// A rule that is only in one of two files, or elsewhere in the order: indexes into their routes.
struct RuleChange {
  Change change = Change::kAdded;
  std::optional<std::size_t> before;
  std::optional<std::size_t> after;
};

/// The changes of the rules. Moved are as few as can be: those that are not in a longest run of rules whose
/// order is the same in both. Changed is a rule whose path and host stay, with other methods or another
/// label. Sorted by their place in the new file, removed ones behind the kept one that stood before them.
std::vector<RuleChange> rule_changes(const std::vector<model::Rule>& before,
                                     const std::vector<model::Rule>& after);

}  // namespace routemeter::explain

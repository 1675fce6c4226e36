// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_explain.h"

#include "format/json/json_outline.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

constexpr std::size_t kShownKeys = 20;

/// The names that a field may have: what the rule file says, or those of all dialects, the first few.
std::string names_of(const JsonPlan& plan, Field field) {
  std::vector<std::string> names;
  for (const JsonRow& row : plan.rows) {
    for (const JsonSource& source : row.of(field)) {
      const std::string& path = plan.keys.path(source.slot);
      if (std::find(names.begin(), names.end(), path) == names.end()) names.push_back(path);
    }
  }
  std::string out;
  constexpr std::size_t kShown = 5;
  for (std::size_t i = 0; i < names.size() && i < kShown; ++i) out += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) out += " ...";
  return out;
}

bool has_any(const JsonPlan& plan, Field field, const JsonOutline& outline) {
  for (const JsonRow& row : plan.rows) {
    for (const JsonSource& source : row.of(field)) {
      for (const JsonLeaf& leaf : outline.leaves) {
        if (leaf.path == plan.keys.path(source.slot)) return true;
      }
    }
  }
  return false;
}

std::string missing_keys(const JsonPlan& plan, const JsonOutline& outline) {
  std::string out;
  const auto add = [&out](const std::string& what) { out += (out.empty() ? "" : "; ") + what; };
  if (!has_any(plan, Field::kStatus, outline)) add("a key for the status: " + names_of(plan, Field::kStatus));
  if (!has_any(plan, Field::kRequest, outline)) {
    if (!has_any(plan, Field::kMethod, outline))
      add("a key for the method: " + names_of(plan, Field::kMethod));
    if (!has_any(plan, Field::kTarget, outline)) add("a key for the path: " + names_of(plan, Field::kTarget));
  }
  return out.empty() ? "method, path and status under the names of one and the same program" : out;
}

std::string keys_of(const JsonOutline& outline) {
  std::string out;
  for (std::size_t i = 0; i < outline.leaves.size() && i < kShownKeys; ++i) {
    out += (i == 0 ? "" : ", ") + outline.leaves[i].path;
  }
  return outline.leaves.size() > kShownKeys ? out + " ..." : out;
}

bool is_value_to_blame(Reason reason, Field field) {
  switch (reason) {
    case Reason::kBadStatus:
      return field == Field::kStatus;
    case Reason::kBadRequest:
      return field == Field::kRequest || field == Field::kMethod;
    case Reason::kBadNumber:
      return field == Field::kDuration || field == Field::kTimeToFirstByte || field == Field::kRequestSize ||
             field == Field::kResponseSize;
    default:
      return false;
  }
}

std::string wanted_value(Reason reason) {
  if (reason == Reason::kBadStatus) return "a status from 100 to 599";
  return reason == Reason::kBadNumber ? "a number" : "a request";
}

}  // namespace

std::optional<Mismatch> explain_json(Reason reason, const JsonPlan& plan, std::span<const FieldUse> uses,
                                     std::string_view line) {
  const JsonOutline outline = outline_json(line);
  if (reason == Reason::kBadJson || outline.error_at) {
    const std::size_t at = outline.error_at.value_or(0);
    return Mismatch{std::string(line), at, outline.error_at ? outline.expected : "a JSON object"};
  }
  if (reason == Reason::kMissingField) {
    std::string expected = missing_keys(plan, outline);
    if (!outline.leaves.empty()) expected += " (the keys are: " + keys_of(outline) + ")";
    return Mismatch{std::string(line), 0, std::move(expected)};
  }
  for (const FieldUse& use : uses) {
    if (!is_value_to_blame(reason, use.field)) continue;
    for (const JsonLeaf& leaf : outline.leaves) {
      if (leaf.path != use.name) continue;
      if (reason == Reason::kBadNumber && !leaf.value.empty() && leaf.value[0] >= '0' &&
          leaf.value[0] <= '9') {
        continue;  // not this one
      }
      return Mismatch{std::string(line), leaf.at, wanted_value(reason) + " in " + use.name};
    }
  }
  return std::nullopt;
}

}  // namespace routemeter::format

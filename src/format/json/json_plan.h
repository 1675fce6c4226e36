// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <vector>

#include "format/json/json_keys.h"
#include "model/request.h"
#include "model/rule_file.h"

namespace routemeter::format {

inline constexpr std::size_t kFieldCount = static_cast<std::size_t>(model::Field::kCount);
inline constexpr std::size_t kMaxSlots = 128;
using SlotSet = std::bitset<kMaxSlots>;

/// Where a field may stand, and the unit of its durations.
struct JsonSource {
  int slot;
  model::Unit unit;
};

/// One dialect, with what the rule file's `fields` replaced in it.
struct JsonRow {
  std::array<std::vector<JsonSource>, kFieldCount> sources;
  std::array<SlotSet, kFieldCount> masks;  ///< the same as sets

  const std::vector<JsonSource>& of(model::Field field) const {
    return sources[static_cast<std::size_t>(field)];
  }
  bool has(model::Field field, const SlotSet& present) const {
    return (masks[static_cast<std::size_t>(field)] & present).any();
  }
  /// True when lines with these slots are requests in this dialect. What the rule file names must be there.
  bool fits(const SlotSet& present, model::FieldSet mapped) const {
    const bool line = has(model::Field::kRequest, present);
    const bool method = has(model::Field::kMethod, present);
    const bool target = has(model::Field::kTarget, present);
    return has(model::Field::kStatus, present) && (method || (line && !mapped.has(model::Field::kMethod))) &&
           (target || (line && !mapped.has(model::Field::kTarget)));
  }
};

/// All keys and dialects, compiled. Which dialect a line is in depends on that line alone: of those that fit
/// the one with most fields present, then the first.
struct JsonPlan {
  JsonKeys keys;
  std::vector<JsonRow> rows;
  model::FieldSet mapped;  ///< fields that the rule file names itself

  const JsonRow* row_for(const SlotSet& present) const noexcept;
};

/// Compiles the table of json_names.h with `fields` on top: a mapped field stands where the rule file says
/// and nowhere else. A mapped request line replaces method and target; mapped alone, each of these stands
/// over the request line's.
JsonPlan make_json_plan(const std::map<model::Field, model::FieldSource>& fields);

}  // namespace routemeter::format

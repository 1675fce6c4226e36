// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_plan.h"

#include "format/json/json_names.h"

namespace routemeter::format {
namespace {

using model::Field;

/// The unit of a name that the table knows, else seconds.
model::Unit default_unit(Field field, std::string_view path) {
  for (const JsonDialect& dialect : json_dialects()) {
    for (const JsonName& name : dialect.names) {
      if (name.field == field && name.path == path) return name.unit;
    }
  }
  return model::Unit::kSeconds;
}

void add_source(JsonRow& row, Field field, JsonSource source) {
  const auto index = static_cast<std::size_t>(field);
  row.sources[index].push_back(source);
  row.masks[index].set(static_cast<std::size_t>(source.slot));
}

}  // namespace

const JsonRow* JsonPlan::row_for(const SlotSet& present) const noexcept {
  const JsonRow* best = nullptr;
  std::size_t most = 0;
  for (const JsonRow& row : rows) {
    if (!row.fits(present, mapped)) continue;
    std::size_t count = 0;
    for (const SlotSet& mask : row.masks) count += (mask & present).any() ? 1 : 0;
    if (count <= most) continue;
    most = count;
    best = &row;
  }
  return best;
}

JsonPlan make_json_plan(const std::map<Field, model::FieldSource>& fields) {
  JsonPlan plan;
  const bool request = fields.count(Field::kRequest) != 0;
  for (const auto& [field, source] : fields) plan.mapped.add(field);
  for (const JsonDialect& dialect : json_dialects()) {
    JsonRow row;
    for (const JsonName& name : dialect.names) {
      if (plan.mapped.has(name.field)) continue;
      if (request && (name.field == Field::kMethod || name.field == Field::kTarget)) continue;
      add_source(row, name.field, {plan.keys.add(name.path), name.unit});
    }
    for (const auto& [field, source] : fields) {
      const model::Unit unit = source.unit.value_or(default_unit(field, source.name));
      add_source(row, field, {plan.keys.add(source.name), unit});
    }
    plan.rows.push_back(std::move(row));
  }
  plan.keys.seal();
  return plan;
}

}  // namespace routemeter::format

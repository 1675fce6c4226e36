// SPDX-License-Identifier: Apache-2.0
#include "format/json/json_plan.h"

#include <algorithm>

#include "format/json/json_format.h"

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

JsonKeys::Key& JsonKeys::key(int object, std::string_view name, int depth) {
  for (Key& known : keys_) {
    if (known.object == object && known.name == name) return known;
  }
  keys_.push_back(Key{std::string(name), object, kNone, kNone, depth});
  return keys_.back();
}

void JsonKeys::add_spellings(int object, std::string_view path, int depth, int slot) {
  key(object, path, depth).slot = slot;
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    Key& outer = key(object, path.substr(0, dot), depth);
    if (outer.inner == kNone) outer.inner = objects_++;
    add_spellings(outer.inner, path.substr(dot + 1), depth + 1, slot);
  }
}

int JsonKeys::add(std::string_view path) {
  const auto known = std::find(paths_.begin(), paths_.end(), path);
  const int slot = static_cast<int>(known - paths_.begin());
  if (known != paths_.end()) return slot;
  paths_.emplace_back(path);
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '/') may_be_escaped_ = true;
  }
  add_spellings(kRoot, path, 0, slot);
  return slot;
}

void JsonKeys::seal() {
  std::size_t size = 64;
  while (size < keys_.size() * 2) size *= 2;
  mask_ = size - 1;
  table_.assign(size, Entry{});
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Key& key = keys_[i];
    const Ends ends = ends_of(key.name);
    std::size_t at = hash(key.object, ends, key.name.size());
    while (table_[at & mask_].key != kNone) ++at;
    table_[at & mask_] = Entry{ends, key.name.size(), key.object, static_cast<int>(i)};
  }
}

}  // namespace routemeter::format

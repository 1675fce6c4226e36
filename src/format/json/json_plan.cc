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
    for (const FieldNames& row : dialect.names) {
      const std::vector<std::string_view> names = words_of(row.names);
      if (row.field == field && std::find(names.begin(), names.end(), path) != names.end()) return row.unit;
    }
  }
  return model::Unit::kSeconds;
}

}  // namespace

const JsonRow* JsonPlan::row_for(const SlotSet& present) const noexcept {
  const JsonRow* best = nullptr;
  std::size_t most = 0;
  for (const JsonRow& row : rows) {
    if (!row.fits(present, mapped)) continue;
    const auto count = static_cast<std::size_t>(
        std::count_if(kFields.begin(), kFields.end(), [&](Field field) { return row.has(field, present); }));
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
    for (const FieldNames& names : dialect.names) {
      if (plan.mapped.has(names.field)) continue;
      if (request && (names.field == Field::kMethod || names.field == Field::kTarget)) continue;
      for (const std::string_view name : words_of(names.names)) {
        row.add(names.field, {plan.keys.add(name), names.unit});
      }
    }
    for (const auto& [field, source] : fields) {
      row.add(field, {plan.keys.add(source.name), source.unit.value_or(default_unit(field, source.name))});
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

std::size_t JsonKeys::add(std::string_view path) {
  const auto known = std::find(paths_.begin(), paths_.end(), path);
  const auto slot = static_cast<std::size_t>(known - paths_.begin());
  if (known != paths_.end()) return slot;
  paths_.emplace_back(path);
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '/') may_be_escaped_ = true;
  }
  add_spellings(kRoot, path, 0, static_cast<int>(slot));
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

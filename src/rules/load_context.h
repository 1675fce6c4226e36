// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "document/value_reader.h"
#include "model/rule_file.h"
#include "rules/rule_keys.h"

namespace routemeter::rules {

using document::describe;
using document::inside;
using document::YamlNode;
using document::YamlPtr;

/// True for an RFC 9110 token.
bool is_token(std::string_view text);
/// What to do about a key that the file has elsewhere, or under another name than the library's; else "".
std::string rule_key_hint(std::string_view key, std::string_view where,
                          std::span<const std::string_view> known);
/// The half of it about the library's names.
std::string library_name_hint(std::string_view key, std::span<const std::string_view> known);

/// The parts of the loader share it: the file being filled and the reader of its values.
struct LoadContext : document::ValueReader {
  explicit LoadContext(model::RuleFile& target) : ValueReader(target, rule_key_hint), file(target) {}
  model::RuleFile& file;
};

/// The value of a key, or nothing after it has been reported.
template <typename Value>
std::optional<Value> read_value(LoadContext& context, const LoadContext::Entry& entry, const Values& values) {
  if constexpr (std::is_same_v<Value, bool>) {
    if (values.words.empty()) return context.boolean(*entry.value, entry.key);
    const auto word = context.choice(*entry.value, entry.key, values.words);
    return word ? std::optional(values.words[*word] == values.word_for_true) : std::nullopt;
  } else if constexpr (std::is_enum_v<Value>) {
    const auto word = context.choice(*entry.value, entry.key, values.words);
    return word ? std::optional(static_cast<Value>(*word)) : std::nullopt;
  } else if constexpr (std::is_integral_v<Value>) {
    const auto number = context.integer(*entry.value, entry.key, values.least, values.most);
    return number ? std::optional(static_cast<Value>(*number)) : std::nullopt;
  } else {
    return context.non_empty(*entry.value, entry.key);
  }
}
template <typename Value>
void load_field(LoadContext& context, const LoadContext::Entry& entry, const Values& values, Value& out) {
  if (auto value = read_value<Value>(context, entry, values)) out = std::move(*value);
}
template <typename Value>
void load_field(LoadContext& context, const LoadContext::Entry& entry, const Values& values,
                std::optional<Value>& out) {
  if (auto value = read_value<Value>(context, entry, values)) out = std::move(value);
}

/// Reads an entry into the field that its row names; false for a row without one.
template <typename Rows, typename Section>
bool load_key(LoadContext& context, const LoadContext::Entry& entry, const Rows& rows, Section& section) {
  const auto* const row = std::ranges::find(rows, entry.key, &Rows::value_type::key);
  const auto load = [&](auto field) {
    constexpr bool kHasField = !std::is_same_v<decltype(field), std::monostate>;
    if constexpr (kHasField) load_field(context, entry, row->values, section.*field);
    return kHasField;
  };
  return std::visit(load, row->field);
}

// One part of the rule file each, in load_*.cc.

/// `format`: a preset or format string, alone or in a map with its escape and envelope. Not compiled here.
void load_format(LoadContext& context, const YamlNode& node);

/// `fields`: which log field feeds what. Whether the format has such a field is for format to say.
void load_fields(LoadContext& context, const YamlNode& node);

/// `routes`: the ordered rules, as strings ("GET,PUT /users/{id:int}") or maps.
void load_routes(LoadContext& context, const YamlNode& node);

/// `exclude`: RE2 patterns, not compiled here.
void load_exclude(LoadContext& context, const YamlNode& node);

/// `options`: the switches of the library's constructor, and ours.
void load_options(LoadContext& context, const YamlNode& node);

/// The static labels of a map, name and value; numbers and booleans are taken as they are written.
std::vector<std::pair<std::string, std::string>> load_label_map(document::ValueReader& reader,
                                                                const YamlNode& node);

/// `limits`.
void load_limits(LoadContext& context, const YamlNode& node);

/// `namespace`, `subsystem` or the `name` of a metric: [a-zA-Z_][a-zA-Z0-9_]*. Empty means none.
std::string load_metric_name(LoadContext& context, const YamlNode& node, std::string_view what);

/// `metrics`: a list of kinds, each alone or with its options. Name clashes are for metric to find.
void load_metrics(LoadContext& context, const YamlNode& node);

/// `tests`: "GET /items/42 -> /items/{item_id}" (or "excluded", "none"), or a map with further conditions.
void load_tests(LoadContext& context, const YamlNode& node);

}  // namespace routemeter::rules

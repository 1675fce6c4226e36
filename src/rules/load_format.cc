// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "rules/load_context.h"
#include "rules/rule_keys.h"

namespace routemeter::rules {
namespace {

using model::Field;

void set_format_text(LoadContext& context, const YamlNode& node) {
  auto text = context.non_empty(node, "format");
  if (!text) return;
  context.file.format.text = std::move(*text);
  context.file.format.at = node.at;
}

// nginx users write the variable as their configuration has it.
void load_field_name(LoadContext& context, const YamlNode& node, std::string_view key,
                     model::FieldSource& source) {
  auto name = context.non_empty(node, key);
  if (!name) return;
  source.at = node.at;
  if (name->size() > 1 && name->front() == '$') {
    name->erase(0, 1);
    source.at = inside(node, 1);
    if (name->size() > 2 && name->front() == '{' && name->back() == '}')
      *name = name->substr(1, name->size() - 2);
  }
  source.name = std::move(*name);
}

void load_field_map(LoadContext& context, const YamlNode& node, std::string_view key, Field field,
                    model::FieldSource& source) {
  const std::size_t before = context.findings();
  for (const LoadContext::Entry& entry : context.entries(node, key, kFieldSourceKeys)) {
    if (entry.key == "field") {
      load_field_name(context, *entry.value, "field", source);
    } else if (field != Field::kDuration && field != Field::kTimeToFirstByte) {
      context.error(entry.key_node->at, "'" + std::string(key) + "' has no unit",
                    "only duration and time_to_first_byte have one; sizes are bytes");
    } else {
      load_key(context, entry, kFieldSource, source);
    }
  }
  if (source.name.empty() && context.findings() == before) {
    context.error(node.at, "'field' is missing in '" + std::string(key) + "'",
                  "write {field: NAME, unit: s}, where NAME is what the log format calls it");
  }
}

}  // namespace

void load_format(LoadContext& context, const YamlNode& node) {
  if (!node.is_map()) return set_format_text(context, node);
  model::FormatSpec& format = context.file.format;
  const LoadContext::Entry* text = nullptr;
  const std::size_t before = context.findings();
  const auto entries = context.entries(node, "format", kFormatKeys);
  for (const LoadContext::Entry& entry : entries) {
    if (load_key(context, entry, kFormat, format)) continue;
    if (text != nullptr) {
      context.error(entry.key_node->at,
                    "'" + std::string(entry.key) + "' beside '" + std::string(text->key) + "'",
                    "keep one of them: name for a preset, text for a format string");
    } else {
      text = &entry;
      set_format_text(context, *entry.value);
    }
  }
  if (text == nullptr && format.escape && context.findings() == before) {
    context.error(node.at, "'escape' without the format string it belongs to", "add text: FORMAT STRING");
  }
}

void load_fields(LoadContext& context, const YamlNode& node) {
  for (const LoadContext::Entry& entry : context.entries(node, "fields", kFieldKeys)) {
    const auto* const found = std::find(kFieldKeys.begin(), kFieldKeys.end(), entry.key);
    const auto index = static_cast<std::size_t>(found - kFieldKeys.begin());
    const auto field = static_cast<Field>(index - (index > kTargetAt ? 1 : 0));
    model::FieldSource source;
    if (entry.value->is_map()) {
      load_field_map(context, *entry.value, entry.key, field, source);
    } else {
      load_field_name(context, *entry.value, entry.key, source);
    }
    if (!context.file.format.fields.emplace(field, std::move(source)).second) {
      context.error(entry.key_node->at, "'path' and 'target' are the same field", "keep one of them");
    }
  }
}

}  // namespace routemeter::rules

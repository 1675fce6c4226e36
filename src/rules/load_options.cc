// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "model/names.h"
#include "rules/load_context.h"
#include "rules/rule_keys.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::rules {
namespace {

// The one text among the options is the name of an environment variable.
void load_env_var_name(LoadContext& context, const LoadContext::Entry& entry, std::string& out) {
  auto name = context.non_empty(*entry.value, entry.key);
  if (!name) return;
  if (!util::is_name(*name)) {
    context.error(entry.value->at, fmt::format("'{}' is not the name of an environment variable", *name),
                  "write letters, digits and '_', not beginning with a digit, and no '$'");
    return;
  }
  out = std::move(*name);
}

}  // namespace

void load_options(LoadContext& context, const YamlNode& node) {
  for (const LoadContext::Entry& entry : context.entries(node, "options", kOptionKeys)) {
    if (entry.key == "env_var_name") {
      load_env_var_name(context, entry, context.file.options.env_var_name);
    } else {
      load_key(context, entry, kOptions, context.file.options);
    }
  }
}

std::vector<std::pair<std::string, std::string>> load_label_map(document::ValueReader& reader,
                                                                const YamlNode& node) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (const document::ValueReader::Entry& entry : reader.entries(node, "labels", {})) {
    const std::string name(entry.key);
    if (const auto refusal = model::refuse_label_name(name)) {
      reader.error(entry.key_node->at, refusal->message, refusal->hint);
    } else if (auto value = reader.text(*entry.value, name)) {
      labels.emplace_back(name, std::move(*value));
    }
  }
  return labels;
}

void load_limits(LoadContext& context, const YamlNode& node) {
  model::Limits& limits = context.file.limits;
  for (const LoadContext::Entry& entry : context.entries(node, "limits", kLimitKeys)) {
    if (load_key(context, entry, kLimits, limits)) continue;
    const bool labels = entry.key == "labels";
    const auto known =
        labels ? std::span<const std::string_view>(kLimitedLabels) : std::span<const std::string_view>();
    for (const LoadContext::Entry& one : context.entries(*entry.value, entry.key, known)) {
      const auto series = read_value<std::uint64_t>(context, one, kSeries);
      if (!series) continue;
      if (labels) {
        limits.labels[*model::label_named(one.key)] = *series;
      } else {
        limits.families.push_back({std::string(one.key), *series, one.key_node->at});
      }
    }
  }
}

std::string load_metric_name(LoadContext& context, const YamlNode& node, std::string_view what) {
  auto name = context.text(node, what);
  if (!name || name->empty()) return {};
  if (const auto refusal = model::refuse_metric_name(*name)) {
    context.error(node.at, refusal->message, refusal->hint);
    return {};
  }
  return std::move(*name);
}

}  // namespace routemeter::rules

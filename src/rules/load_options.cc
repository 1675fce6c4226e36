// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "rules/load_context.h"
#include "rules/rule_keys.h"
#include "util/fmt.h"

namespace routemeter::rules {
namespace {

constexpr std::uint64_t kMostSeries = 1'000'000'000;

// The one text among the options is the name of an environment variable.
void load_env_var_name(LoadContext& context, const LoadContext::Entry& entry, std::string& out) {
  auto name = context.non_empty(*entry.value, entry.key);
  if (!name) return;
  if (!is_name(*name)) {
    context.error(entry.value->at, fmt::format("'{}' is not the name of an environment variable", *name),
                  "write letters, digits and '_', not beginning with a digit, and no '$'");
    return;
  }
  out = std::move(*name);
}

void load_option_value(LoadContext& context, const LoadContext::Entry& entry, const OptionKey& row) {
  model::Options& options = context.file.options;
  if (const auto* flag = std::get_if<bool model::Options::*>(&row.field)) {
    if (row.words.empty()) {
      if (const auto on = context.boolean(*entry.value, entry.key)) options.*(*flag) = *on;
    } else if (const auto word = context.choice(*entry.value, entry.key, row.words)) {
      options.*(*flag) = row.words[*word] == row.word_for_true;
    }
  } else if (const auto* number = std::get_if<std::optional<int> model::Options::*>(&row.field)) {
    const auto value = context.integer(*entry.value, entry.key, 0, row.most);
    if (value) options.*(*number) = static_cast<int>(*value);
  } else {
    load_env_var_name(context, entry, options.*std::get<std::string model::Options::*>(row.field));
  }
}

void load_label_limits(LoadContext& context, const YamlNode& node) {
  for (const LoadContext::Entry& entry : context.entries(node, "labels", kLimitedLabels)) {
    const auto value = context.integer(*entry.value, entry.key, 1, kMostSeries);
    if (value) context.file.limits.labels[*model::label_named(entry.key)] = *value;
  }
}

}  // namespace

void load_options(LoadContext& context, const YamlNode& node) {
  for (const LoadContext::Entry& entry : context.entries(node, "options", kOptionKeys)) {
    const auto* row = std::find_if(kOptions.begin(), kOptions.end(),
                                   [&](const OptionKey& option) { return option.key == entry.key; });
    load_option_value(context, entry, *row);
  }
}

std::vector<std::pair<std::string, std::string>> load_label_map(document::ValueReader& reader,
                                                                const YamlNode& node) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (const document::ValueReader::Entry& entry : reader.entries(node, "labels", {})) {
    const std::string name(entry.key);
    if (!is_name(name)) {
      reader.error(entry.key_node->at, "'" + name + "' is not a label name",
                   "write letters, digits and '_', not beginning with a digit");
    } else if (name.rfind("__", 0) == 0) {
      reader.error(entry.key_node->at, "label names beginning with '__' are reserved to Prometheus",
                   "choose another name");
    } else if (std::find(kReservedLabels.begin(), kReservedLabels.end(), name) != kReservedLabels.end()) {
      reader.error(entry.key_node->at, "the label '" + name + "' is set by routemeter itself",
                   "choose another name");
    } else if (auto value = reader.text(*entry.value, name)) {
      labels.emplace_back(name, std::move(*value));
    }
  }
  return labels;
}

void load_limits(LoadContext& context, const YamlNode& node) {
  for (const LoadContext::Entry& entry : context.entries(node, "limits", kLimitKeys)) {
    if (entry.key == "max_series") {
      const auto value = context.integer(*entry.value, entry.key, 1, kMostSeries);
      if (value) context.file.limits.max_series = *value;
    } else if (entry.key == "labels") {
      load_label_limits(context, *entry.value);
    } else {
      for (const LoadContext::Entry& family : context.entries(*entry.value, entry.key, {})) {
        const auto value = context.integer(*family.value, family.key, 1, kMostSeries);
        if (!value) continue;
        context.file.limits.families.push_back({std::string(family.key), *value, family.key_node->at});
      }
    }
  }
}

std::string load_metric_name(LoadContext& context, const YamlNode& node, std::string_view what) {
  auto name = context.text(node, what);
  if (!name || name->empty()) return {};
  if (is_name(*name)) return std::move(*name);
  context.error(node.at, "'" + *name + "' is not a metric name",
                name->find(':') != std::string::npos
                    ? "colons are for the names of recording rules; write '_'"
                    : "write letters, digits and '_', not beginning with a digit");
  return {};
}

}  // namespace routemeter::rules

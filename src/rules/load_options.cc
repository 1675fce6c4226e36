// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "rules/load_context.h"
#include "rules/rule_keys.h"

namespace routemeter::rules {
namespace {

// A double has 15 decimals that survive; the library takes any number, but more change nothing.
constexpr std::uint64_t kMaxDecimals = 15;
constexpr std::uint64_t kMostSeries = 1'000'000'000;

struct Switch {
  std::string_view key;
  bool model::Options::*value;
};
constexpr Switch kSwitches[] = {
    {"group_status_codes", &model::Options::group_status_codes},
    {"ignore_untemplated", &model::Options::ignore_untemplated},
    {"group_untemplated", &model::Options::group_untemplated},
    {"respect_env_var", &model::Options::respect_env_var},
    {"redirect_slashes", &model::Options::redirect_slashes},
    {"precreate", &model::Options::precreate},
};

void load_env_var_name(LoadContext& context, const YamlNode& node, model::Options& options) {
  auto name = context.non_empty(node, "env_var_name");
  if (!name) return;
  if (!is_name(*name)) {
    context.error(node.at, "'" + *name + "' is not the name of an environment variable",
                  "write letters, digits and '_', not beginning with a digit, and no '$'");
    return;
  }
  options.env_var_name = std::move(*name);
}

void load_label_limits(LoadContext& context, const YamlNode& node) {
  for (const LoadContext::Entry& entry : context.entries(node, "labels", kLimitedLabels)) {
    const auto value = context.integer(*entry.value, entry.key, 1, kMostSeries);
    if (value) (entry.key == "handler" ? context.file.limits.handlers : context.file.limits.methods) = *value;
  }
}

}  // namespace

void load_options(LoadContext& context, const YamlNode& node) {
  model::Options& options = context.file.options;
  for (const LoadContext::Entry& entry : context.entries(node, "options", kOptionKeys)) {
    const auto* found = std::find_if(std::begin(kSwitches), std::end(kSwitches),
                                     [&](const Switch& s) { return s.key == entry.key; });
    if (found != std::end(kSwitches)) {
      if (const auto on = context.boolean(*entry.value, entry.key)) options.*(found->value) = *on;
    } else if (entry.key == "round_latency_decimals") {
      const auto decimals = context.integer(*entry.value, entry.key, 0, kMaxDecimals);
      if (decimals) options.round_latency_decimals = static_cast<int>(*decimals);
    } else if (entry.key == "env_var_name") {
      load_env_var_name(context, *entry.value, options);
    } else if (entry.key == "method_mismatch") {
      const auto word = context.choice(*entry.value, entry.key, kMethodMismatch);
      if (word) options.method_mismatch_is_handler = *word == 0;
    } else {
      const auto word = context.choice(*entry.value, entry.key, kUnknownMethods);
      if (word) options.verbatim_methods = *word == 1;
    }
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

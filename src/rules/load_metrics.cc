// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "model/names.h"
#include "rules/load_context.h"
#include "rules/rule_keys.h"
#include "util/words.h"

namespace routemeter::rules {
namespace {

using model::Bucket;
using model::MetricKey;
using model::MetricSpec;

// YAML writes infinity as .inf, Prometheus as +Inf; NaN stands for "no number".
double number_of(std::string_view text) {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text[0] == '+') return kNone;
  if (text == ".inf" || text == ".Inf" || text == ".INF") return std::numeric_limits<double>::infinity();
  double value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return stop == text.data() + text.size() && problem == std::errc() ? value : kNone;
}

std::optional<std::vector<Bucket>> load_buckets(LoadContext& context, const YamlNode& node,
                                                std::string_view key) {
  const auto* items = context.list(node, key);
  if (items == nullptr) return std::nullopt;
  std::vector<Bucket> out;
  const std::size_t before = context.findings();
  for (const YamlPtr& item : *items) {
    const double seconds = number_of(item->text);
    const auto border = out.empty() ? std::nullopt : std::optional(out.back().seconds);
    if (const auto refusal = model::refuse_border(seconds, border, describe(*item))) {
      context.error(item->at, refusal->message, refusal->hint);
    } else {
      out.push_back({seconds, item->at});
    }
  }
  if (context.findings() != before) return std::nullopt;
  // The library appends +Inf where it is missing; the store always has it.
  if (!out.empty() && std::isinf(out.back().seconds)) out.pop_back();
  if (out.empty()) {
    const model::Refusal refusal = model::refuse_no_border(key);
    context.error(node.at, refusal.message, refusal.hint);
    return std::nullopt;
  }
  return out;
}

std::optional<std::vector<std::string>> load_labels(LoadContext& context, const YamlNode& node,
                                                    const std::string& kind) {
  const auto* items = context.list(node, "labels");
  if (items == nullptr) return std::nullopt;
  const bool gauge = kind == "inprogress";
  std::vector<std::string> out;
  for (const YamlPtr& item : *items) {
    if (gauge && item->text == "status") {
      context.error(item->at, "a request in progress has no status yet",
                    "inprogress takes " + util::joined(kInprogressLabels, " and "));
      continue;
    }
    const auto word = context.choice(*item, "labels", gauge ? kInprogressLabels : kMetricLabels);
    if (!word) continue;
    if (std::find(out.begin(), out.end(), item->text) != out.end()) {
      context.error(item->at, "label '" + item->text + "' is there twice", "keep one of them");
    } else {
      out.push_back(item->text);
    }
  }
  return out;
}

void load_metric_key(LoadContext& context, const LoadContext::Entry& entry, bool& out) {
  out = context.boolean(*entry.value, entry.key).value_or(false);
}

void load_metric_key(LoadContext& context, const LoadContext::Entry& entry, MetricKey::Name& out) {
  const YamlNode& value = *entry.value;
  if (entry.key == "help") {
    out = context.text(value, entry.key);
    return;
  }
  auto name = load_metric_name(context, value, entry.key);
  // A namespace that is empty takes the file's away.
  if (entry.key != "name" || !name.empty()) {
    out = std::move(name);
  } else if (value.is_scalar() && value.text.empty()) {
    context.error(value.at, "'name' is empty", "leave the key out for the default name");
  }
}

void load_metric_key(LoadContext& context, const LoadContext::Entry& entry, MetricKey::Borders& out) {
  out = load_buckets(context, *entry.value, entry.key);
}

void load_options_of(LoadContext& context, const YamlNode& node, const model::MetricKind& kind,
                     MetricSpec& spec) {
  for (const LoadContext::Entry& entry : context.entries(node, kind.key, metric_keys(kind))) {
    const auto* const row = std::ranges::find(model::kMetricKeys, entry.key, &MetricKey::key);
    // A switch stands where its key does.
    const bool is_switch = std::holds_alternative<bool MetricSpec::*>(row->field);
    if (row->at != &MetricSpec::at) spec.*row->at = (is_switch ? entry.key_node : entry.value)->at;
    const auto load = [&](auto field) {
      if constexpr (std::is_same_v<decltype(field), MetricKey::Labels MetricSpec::*>) {
        spec.*field = load_labels(context, *entry.value, spec.kind);
      } else {
        load_metric_key(context, entry, spec.*field);
      }
    };
    std::visit(load, row->field);
  }
}

// The kind that a node names, or null after that has been reported.
const model::MetricKind* load_kind(LoadContext& context, const YamlNode& node) {
  if (!node.is_scalar()) {
    context.error(node.at, fmt::format("a metric is a name or {{NAME: {{OPTIONS}}}}, not {}", describe(node)),
                  fmt::format("a metric is {}", util::one_of(kMetricKinds)));
    return nullptr;
  }
  if (const model::MetricKind* kind = model::kind_of(node.text)) return kind;
  const std::string_view near = util::nearest(node.text, kMetricKinds);
  context.error(node.at, fmt::format("unknown metric {}", describe(node)),
                near.empty() ? fmt::format("a metric is {}", util::one_of(kMetricKinds))
                             : fmt::format("did you mean '{}'?", near));
  return nullptr;
}

void load_metric(LoadContext& context, const YamlNode& node) {
  if (node.is_map() && node.entries.empty()) {
    context.error(node.at, "a metric without a name",
                  fmt::format("a metric is {}", util::one_of(kMetricKinds)));
    return;
  }
  const YamlNode& name = node.is_map() ? *node.entries.front().first : node;
  const model::MetricKind* const kind = load_kind(context, name);
  if (kind == nullptr) return;
  // `- latency:` with nothing behind it has no options.
  const YamlNode* const options =
      node.is_map() && !node.entries.front().second->is_null() ? node.entries.front().second.get() : nullptr;
  if (node.entries.size() > 1) {
    const YamlNode& second = *node.entries[1].first;
    context.error(second.at, fmt::format("{} stands beside '{}', not in it", describe(second), kind->key),
                  options == nullptr ? fmt::format("indent the options of '{}' further", kind->key)
                                     : "begin a new entry with '- '");
    return;
  }
  MetricSpec spec;
  spec.kind = kind->key;
  spec.at = name.at;
  spec.name_at = name.at;
  spec.exclude_streaming_at = name.at;
  if (options != nullptr) load_options_of(context, *options, *kind, spec);
  context.file.metrics.push_back(std::move(spec));
}

}  // namespace

void load_metrics(LoadContext& context, const YamlNode& node) {
  const auto* items = context.list(node, "metrics");
  if (items == nullptr) return;
  if (items->empty()) {
    context.error(node.at, "'metrics' is empty: nothing would be measured",
                  "leave the key out for the default set");
  }
  for (const YamlPtr& item : *items) load_metric(context, *item);
}

}  // namespace routemeter::rules

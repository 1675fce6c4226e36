// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "rules/load_context.h"
#include "rules/rule_keys.h"
#include "util/words.h"

namespace routemeter::rules {
namespace {

using model::Bucket;
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

// False when the border is wrong by itself or beside the one before it.
bool check_border(LoadContext& context, const YamlNode& node, double seconds,
                  const std::vector<Bucket>& before) {
  const std::string shown = describe(node);
  if (!node.is_scalar() || std::isnan(seconds)) {
    context.error(node.at, "a bucket border is a number, not " + shown,
                  "write seconds, such as 0.25, or +Inf at the end");
  } else if (seconds < 0) {
    context.error(node.at, "a bucket border below 0", "durations are never negative");
  } else if (!before.empty() && seconds <= before.back().seconds) {
    const bool same = seconds == before.back().seconds;
    context.error(node.at,
                  same ? "bucket border " + shown + " is there twice"
                       : "bucket border " + shown + " is below the one before it",
                  same ? "remove one of them" : "sort the borders upwards");
  } else {
    return true;
  }
  return false;
}

std::optional<std::vector<Bucket>> load_buckets(LoadContext& context, const YamlNode& node,
                                                std::string_view key) {
  const auto* items = context.list(node, key);
  if (items == nullptr) return std::nullopt;
  std::vector<Bucket> out;
  const std::size_t before = context.findings();
  for (const YamlPtr& item : *items) {
    const double seconds = number_of(item->text);
    if (check_border(context, *item, seconds, out)) out.push_back({seconds, item->at});
  }
  if (context.findings() != before) return std::nullopt;
  // The library appends +Inf where it is missing; the store always has it.
  if (!out.empty() && std::isinf(out.back().seconds)) out.pop_back();
  if (out.empty()) {
    context.error(node.at, "'" + std::string(key) + "' needs a border below +Inf",
                  "write borders in seconds, or leave the key out for the default ones");
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

void load_option(LoadContext& context, const LoadContext::Entry& entry, MetricSpec& spec) {
  const YamlNode& value = *entry.value;
  if (entry.key == "name") {
    auto name = load_metric_name(context, value, entry.key);
    spec.name_at = value.at;
    if (!name.empty()) {
      spec.name = std::move(name);
    } else if (value.is_scalar() && value.text.empty()) {
      context.error(value.at, "'name' is empty", "leave the key out for the default name");
    }
  } else if (entry.key == "help") {
    spec.help = context.text(value, entry.key);
  } else if (entry.key == "namespace") {
    spec.name_space = load_metric_name(context, value, entry.key);
  } else if (entry.key == "subsystem") {
    spec.subsystem = load_metric_name(context, value, entry.key);
  } else if (entry.key == "labels") {
    spec.labels = load_labels(context, value, spec.kind);
  } else if (entry.key == "buckets") {
    spec.buckets = load_buckets(context, value, entry.key);
  } else if (entry.key == "highr_buckets") {
    spec.highr_buckets = load_buckets(context, value, entry.key);
  } else if (entry.key == "lowr_buckets") {
    spec.lowr_buckets = load_buckets(context, value, entry.key);
  } else if (entry.key == "only_2xx_for_highr") {
    spec.only_2xx_for_highr = context.boolean(value, entry.key).value_or(false);
  } else {
    spec.exclude_streaming_duration = context.boolean(value, entry.key).value_or(false);
    spec.exclude_streaming_at = entry.key_node->at;
  }
}

std::span<const std::string_view> keys_of(std::string_view kind) {
  if (kind == "default") return kDefaultKeys;
  if (kind == "latency") return kLatencyKeys;
  return kSimpleMetricKeys;
}

bool check_kind(LoadContext& context, const YamlNode& node) {
  if (!node.is_scalar()) {
    context.error(node.at, "a metric is a name or {NAME: {OPTIONS}}, not " + describe(node),
                  "a metric is " + util::one_of(kMetricKinds));
    return false;
  }
  if (std::find(kMetricKinds.begin(), kMetricKinds.end(), node.text) != kMetricKinds.end()) return true;
  const std::string_view near = util::nearest(node.text, kMetricKinds);
  context.error(node.at, "unknown metric " + describe(node),
                near.empty() ? "a metric is " + util::one_of(kMetricKinds)
                             : "did you mean '" + std::string(near) + "'?");
  return false;
}

void load_metric_with_options(LoadContext& context, const YamlNode& node) {
  if (node.entries.empty()) {
    context.error(node.at, "a metric without a name", "a metric is " + util::one_of(kMetricKinds));
    return;
  }
  const auto& [kind, options] = node.entries.front();
  if (!check_kind(context, *kind)) return;
  if (node.entries.size() > 1) {
    const YamlNode& second = *node.entries[1].first;
    context.error(second.at, describe(second) + " stands beside '" + kind->text + "', not in it",
                  options->is_null() ? "indent the options of '" + kind->text + "' further"
                                     : "begin a new entry with '- '");
    return;
  }
  MetricSpec spec;
  spec.kind = kind->text;
  spec.at = kind->at;
  spec.name_at = kind->at;
  spec.exclude_streaming_at = kind->at;
  // `- latency:` with nothing behind it has no options.
  if (!options->is_null()) {
    for (const LoadContext::Entry& entry : context.entries(*options, spec.kind, keys_of(spec.kind))) {
      load_option(context, entry, spec);
    }
  }
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
  for (const YamlPtr& item : *items) {
    if (item->is_map()) {
      load_metric_with_options(context, *item);
    } else if (check_kind(context, *item)) {
      MetricSpec spec;
      spec.kind = item->text;
      spec.at = item->at;
      spec.name_at = item->at;
      spec.exclude_streaming_at = item->at;
      context.file.metrics.push_back(std::move(spec));
    }
  }
}

}  // namespace routemeter::rules

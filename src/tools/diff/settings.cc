// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/settings.h"

#include <algorithm>
#include <utility>

#include "rules/rule_keys.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

using Settings = std::vector<Setting>;

void add_format(const model::FormatSpec& format, Settings& out) {
  out.push_back({"format", format.text});
  if (format.escape) out.push_back({"format escape", std::string(name_of(*format.escape))});
  out.push_back({"format envelope", std::string(name_of(format.envelope))});
  for (const auto& [field, source] : format.fields) {
    std::string value = source.name;
    if (source.unit) value += " in " + std::string(name_of(*source.unit));
    out.push_back({"field " + std::string(name_of(field)), value});
  }
}

void add_options(const model::Options& options, Settings& out) {
  for (const rules::OptionKey& row : rules::kOptions) {
    if (auto value = rules::option_text(row, options))
      out.push_back({fmt::format("option {}", row.key), std::move(*value)});
  }
}

void add_limits(const model::Limits& limits, Settings& out) {
  out.push_back({"limit max_series", std::to_string(limits.max_series)});
  for (std::size_t i = 0; i < limits.labels.size(); ++i) {
    if (!limits.labels[i]) continue;
    out.push_back(
        {fmt::format("limit {}s", model::kRequestLabels[i].name), std::to_string(*limits.labels[i])});
  }
  for (const auto& limit : limits.families)
    out.push_back({"limit " + limit.family, std::to_string(limit.series)});
}

void add_family(const model::Family& family, Settings& out) {
  std::string value(model::type_name(family.type));
  std::string by;
  for (const std::string& label : family.label_names) by += (by.empty() ? " by " : ", ") + label;
  out.push_back({"family " + family.name, value + by});
  out.push_back({"help of " + family.name, family.help});
  if (family.type != model::MetricType::kHistogram) return;
  std::string buckets;
  for (const double bound : family.bounds) buckets += util::format_float(bound) + " ";
  out.push_back({"buckets of " + family.name, buckets + "+Inf"});
}

// What the families do not show of how they are fed.
void add_metric(const model::MetricSpec& spec, Settings& out) {
  const std::string name = "metric " + spec.kind + (spec.name ? " " + *spec.name : "") + " ";
  if (spec.only_2xx_for_highr) out.push_back({name + "only_2xx_for_highr", "true"});
  if (spec.exclude_streaming_duration) out.push_back({name + "exclude_streaming_duration", "true"});
}

const Setting* find(const Settings& settings, const std::string& name) {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&name](const Setting& one) { return one.name == name; });
  return found == settings.end() ? nullptr : &*found;
}

}  // namespace

Settings settings_of(const model::RuleFile& file, const model::Snapshot& families) {
  Settings out;
  add_format(file.format, out);
  for (const model::Pattern& pattern : file.exclude) out.push_back({"exclude '" + pattern.text + "'", ""});
  add_options(file.options, out);
  for (const auto& [name, value] : file.labels) out.push_back({"label " + name, value});
  for (const model::MetricSpec& spec : file.metrics) add_metric(spec, out);
  for (const model::Family& family : families) add_family(family, out);
  add_limits(file.limits, out);
  return out;
}

std::vector<SettingChange> setting_changes(const Settings& before, const Settings& after) {
  std::vector<SettingChange> out;
  for (const Setting& now : after) {
    const Setting* was = find(before, now.name);
    if (was == nullptr) {
      out.push_back({Change::kAdded, now.name, "", now.value});
    } else if (was->value != now.value) {
      out.push_back({Change::kChanged, now.name, was->value, now.value});
    }
  }
  for (const Setting& was : before) {
    if (find(after, was.name) == nullptr) out.push_back({Change::kRemoved, was.name, was.value, ""});
  }
  return out;
}

}  // namespace routemeter::explain

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

// What the rows of a section have, each as "WHAT KEY".
template <typename Rows, typename Section>
void add_keys(std::string_view what, const Rows& rows, const Section& section, Settings& out) {
  for (const auto& row : rows) {
    if (auto value = rules::text_of(row, section))
      out.push_back({fmt::format("{} {}", what, row.key), std::move(*value)});
  }
}

void add_format(const model::FormatSpec& format, Settings& out) {
  out.push_back({"format", format.text});
  add_keys("format", rules::kFormat, format, out);
  for (const auto& [field, source] : format.fields) {
    const std::string unit = source.unit ? fmt::format(" in {}", name_of(*source.unit)) : "";
    out.push_back({fmt::format("field {}", name_of(field)), source.name + unit});
  }
}

void add_limits(const model::Limits& limits, Settings& out) {
  add_keys("limit", rules::kLimits, limits, out);
  for (std::size_t i = 0; i < limits.labels.size(); ++i) {
    if (!limits.labels[i]) continue;
    out.push_back(
        {fmt::format("limit {}s", model::kRequestLabels[i].name), std::to_string(*limits.labels[i])});
  }
  for (const auto& limit : limits.families)
    out.push_back({fmt::format("limit {}", limit.family), std::to_string(limit.series)});
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

// What the families do not show of how they are fed: the switches.
void add_metric(const model::MetricSpec& spec, Settings& out) {
  const std::string name =
      spec.name ? fmt::format("metric {} {}", spec.kind, *spec.name) : "metric " + spec.kind;
  for (const model::MetricKey& row : model::kMetricKeys) {
    if (std::holds_alternative<bool model::MetricSpec::*>(row.field) && row.is_set(spec))
      out.push_back({fmt::format("{} {}", name, row.key), "true"});
  }
}

const Setting* find(const Settings& settings, const std::string& name) {
  const auto found = std::ranges::find(settings, name, &Setting::name);
  return found == settings.end() ? nullptr : &*found;
}

}  // namespace

Settings settings_of(const model::RuleFile& file, const model::Snapshot& families) {
  Settings out;
  add_format(file.format, out);
  for (const model::Pattern& pattern : file.exclude) out.push_back({"exclude '" + pattern.text + "'", ""});
  add_keys("option", rules::kOptions, file.options, out);
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

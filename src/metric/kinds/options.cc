// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/options.h"

#include <algorithm>
#include <cmath>

#include "metric/contract/metric_names.h"
#include "model/names.h"
#include "util/fmt.h"
#include "util/utf8.h"
#include "util/words.h"

namespace routemeter::metric {
namespace {

using util::Diagnostics;
using util::error_at;
using util::quoted;

// More would make a page that nobody can scrape, and the bucket numbers are 16 bits wide.
constexpr std::size_t kMaxBuckets = 1000;

// What a format may lack, and what nginx calls it.
struct Lacking {
  model::Field field;
  std::string_view lacks;
  std::string_view remedy;
};
constexpr Lacking kLacking[] = {
    {model::Field::kDuration, "the format has no duration", "log $request_time"},
    {model::Field::kRequestSize, "the format has no request size", "log $content_length"},
    {model::Field::kResponseSize, "the format has no response size", "log $upstream_http_content_length"},
};

void add(Diagnostics& errors, const model::RuleFile& file, util::Position at,
         const std::optional<model::Refusal>& refusal) {
  if (refusal) errors.push_back(error_at(file, at, refusal->message, refusal->hint));
}

// A namespace or subsystem; empty means none.
void check_part(const std::string& part, const model::RuleFile& file, util::Position at,
                Diagnostics& errors) {
  if (!part.empty()) add(errors, file, at, model::refuse_metric_name(part));
}

LabelSubset label_subset(const std::vector<std::string>& labels, const FamilyDefaults& defaults,
                         const model::MetricSpec& spec, const PluginContext& context, Diagnostics& errors) {
  // A request in progress has no status yet.
  const bool in_progress = defaults.type == model::MetricType::kGauge;
  std::vector<std::string_view> choices;
  for (const model::RequestLabel& label : model::kRequestLabels) {
    if (label.in_progress || !in_progress) choices.push_back(label.name);
  }
  LabelSubset subset;
  for (const std::string& label : labels) {
    const auto number = model::label_named(label);
    if (std::ranges::find(choices, label) == choices.end()) {
      errors.push_back(error_at(context.file, spec.at,
                                fmt::format("{} has no label {}", quoted(spec.kind), quoted(label)),
                                fmt::format("choose from {}", util::joined(choices))));
    } else if (subset[*number]) {
      errors.push_back(
          error_at(context.file, spec.at, fmt::format("label {} is listed twice", quoted(label))));
    } else {
      subset.set(*number);
    }
  }
  return subset;
}

}  // namespace

void check_options(const model::MetricSpec& spec, const model::MetricKind& kind, const model::RuleFile& file,
                   Diagnostics& errors) {
  for (const model::MetricKey& row : model::kMetricKeys) {
    // Any kind can have a prefix of its own, though the rule file takes none for `default`.
    const bool prefix = row.key == "namespace" || row.key == "subsystem";
    if (prefix || (row.groups & kind.group) != 0 || !row.is_set(spec)) continue;
    errors.push_back(error_at(file, spec.*row.at,
                              fmt::format("{} has no option {}", quoted(spec.kind), quoted(row.key)),
                              "remove it"));
  }
}

FamilyDef make_def(const FamilyDefaults& defaults, const model::MetricSpec& spec, PluginContext& context,
                   Diagnostics& errors) {
  FamilyDef def;
  const std::string name = spec.name.value_or(std::string(defaults.name));
  if (spec.name) add(errors, context.file, spec.name_at, model::refuse_metric_name(*spec.name));
  for (const auto& part : {spec.name_space, spec.subsystem})
    check_part(part.value_or(""), context.file, spec.at, errors);
  def.name = full_name(spec.name_space.value_or(context.file.name_space),
                       spec.subsystem.value_or(context.file.subsystem), name);
  if (defaults.type == model::MetricType::kCounter && !def.name.ends_with("_total")) def.name += "_total";
  def.help = spec.help.value_or(std::string(defaults.help));
  if (!util::utf8_valid(def.help)) {
    errors.push_back(error_at(context.file, spec.at, "the help text is not valid UTF-8"));
  }
  def.labels = spec.labels ? label_subset(*spec.labels, defaults, spec, context, errors) : defaults.labels;
  def.static_labels = context.file.labels;
  context.names.claim(spec, def.name, defaults.type);
  return def;
}

Buckets make_buckets(const std::optional<std::vector<model::Bucket>>& written, std::string_view key,
                     std::span<const double> defaults, const model::MetricSpec& spec,
                     const PluginContext& context, Diagnostics& errors) {
  if (!written) return Buckets(std::vector<double>(defaults.begin(), defaults.end()));
  std::vector<double> seconds;
  const std::size_t before = errors.size();
  for (const model::Bucket& bucket : *written) {
    const auto border = seconds.empty() ? std::nullopt : std::optional(seconds.back());
    add(errors, context.file, bucket.at,
        model::refuse_border(bucket.seconds, border, quoted(util::format_float(bucket.seconds))));
    // -0 would be shown as such.
    if (errors.size() == before) seconds.push_back(bucket.seconds == 0 ? 0 : bucket.seconds);
  }
  const util::Position at = written->empty() ? spec.at : written->front().at;
  if (!seconds.empty() && std::isinf(seconds.back())) seconds.pop_back();
  if (seconds.empty() && errors.size() == before) add(errors, context.file, at, model::refuse_no_border(key));
  if (seconds.size() > kMaxBuckets) {
    errors.push_back(error_at(context.file, at, fmt::format("more than {} buckets", kMaxBuckets)));
    seconds.resize(kMaxBuckets);
  }
  return Buckets(std::move(seconds));
}

model::Field duration_field(const model::MetricSpec& spec, const PluginContext& context,
                            Diagnostics& errors) {
  if (!spec.exclude_streaming_duration) return model::Field::kDuration;
  if (!context.available.has(model::Field::kTimeToFirstByte)) {
    errors.push_back(
        error_at(context.file, spec.exclude_streaming_at,
                 "exclude_streaming_duration needs the time to first byte, which the format does not have",
                 "log $upstream_header_time, or name the field in 'fields: {time_to_first_byte: ...}'"));
  }
  return model::Field::kTimeToFirstByte;
}

bool has_field(model::Field field, FamilyDef& def, PluginContext& context) {
  def.needs.add(field);
  if (context.available.has(field)) return true;
  // Of the time to the first byte duration_field() has spoken.
  const auto* const row = std::ranges::find(kLacking, field, &Lacking::field);
  if (row != std::end(kLacking)) context.absent.push_back({def.name, field, row->lacks, row->remedy});
  return false;
}

void check_names(const model::RuleFile& file, Diagnostics& errors) {
  for (const std::string& part : {file.name_space, file.subsystem})
    check_part(part, file, file.namespace_at, errors);
  for (auto label = file.labels.begin(); label != file.labels.end(); ++label) {
    const auto& [name, value] = *label;
    add(errors, file, file.labels_at, model::refuse_label_name(name));
    if (std::any_of(file.labels.begin(), label,
                    [&](const auto& earlier) { return earlier.first == label->first; }))
      errors.push_back(error_at(file, file.labels_at, fmt::format("label {} is listed twice", quoted(name))));
    if (!util::utf8_valid(value)) {
      errors.push_back(error_at(file, file.labels_at,
                                fmt::format("the value of label {} is not valid UTF-8", quoted(name))));
    }
  }
}

}  // namespace routemeter::metric

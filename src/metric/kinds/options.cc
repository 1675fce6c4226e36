// SPDX-License-Identifier: Apache-2.0
#include "metric/kinds/options.h"

#include <algorithm>
#include <cmath>

#include "metric/contract/metric_names.h"
#include "util/ascii.h"
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

std::string quoted_option(std::string_view text) { return "`" + std::string(text) + "`"; }

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

void check_options(const model::MetricSpec& spec, AllowedOptions allowed, const PluginContext& context,
                   Diagnostics& errors) {
  const auto refuse = [&](bool written, util::Position at, std::string_view option) {
    if (!written) return;
    errors.push_back(error_at(context.file, at,
                              fmt::format("{} has no option {}", quoted(spec.kind), quoted(option)),
                              "remove it"));
  };
  if (!allowed.name_help_labels) {
    refuse(spec.name.has_value(), spec.name_at, "name");
    refuse(spec.help.has_value(), spec.at, "help");
    refuse(spec.labels.has_value(), spec.at, "labels");
  }
  if (!allowed.buckets) refuse(spec.buckets.has_value(), spec.at, "buckets");
  if (!allowed.default_buckets) {
    refuse(spec.highr_buckets.has_value(), spec.at, "highr_buckets");
    refuse(spec.lowr_buckets.has_value(), spec.at, "lowr_buckets");
    refuse(spec.only_2xx_for_highr, spec.at, "only_2xx_for_highr");
  }
  if (!allowed.streaming) {
    refuse(spec.exclude_streaming_duration, spec.exclude_streaming_at, "exclude_streaming_duration");
  }
}

FamilyDef make_def(const FamilyDefaults& defaults, const model::MetricSpec& spec, PluginContext& context,
                   Diagnostics& errors) {
  FamilyDef def;
  const std::string name = spec.name.value_or(std::string(defaults.name));
  if (spec.name && !util::is_name(*spec.name)) {
    errors.push_back(error_at(context.file, spec.name_at,
                              fmt::format("{} is not a metric name", quoted(*spec.name)),
                              "letters, digits and _, not beginning with a digit"));
  }
  const std::string name_space = spec.name_space.value_or(context.file.name_space);
  const std::string subsystem = spec.subsystem.value_or(context.file.subsystem);
  def.name = full_name(name_space, subsystem, name);
  const bool own_prefix = spec.name_space.has_value() || spec.subsystem.has_value();
  if (own_prefix && util::is_name(name) && !util::is_name(def.name)) {
    errors.push_back(error_at(context.file, spec.at, fmt::format("{} is not a metric name", quoted(def.name)),
                              "namespace and subsystem: letters, digits and _, not beginning with a digit"));
  }
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

Buckets make_buckets(const std::optional<std::vector<model::Bucket>>& written,
                     std::span<const double> defaults, const model::MetricSpec& spec,
                     const PluginContext& context, Diagnostics& errors) {
  if (!written) return Buckets(std::vector<double>(defaults.begin(), defaults.end()));
  std::vector<double> seconds;
  bool ended = false;
  const std::size_t before = errors.size();
  for (const model::Bucket& bucket : *written) {
    const char* problem = nullptr;
    if (std::isnan(bucket.seconds)) {
      problem = "a bucket border must be a number";
    } else if (bucket.seconds < 0) {
      problem = "a bucket border is negative, and durations are not";
    } else if (ended || (!seconds.empty() && bucket.seconds <= seconds.back())) {
      problem = "bucket borders must increase";
    }
    if (problem != nullptr) {
      errors.push_back(error_at(context.file, bucket.at, problem));
    } else if (std::isinf(bucket.seconds)) {
      ended = true;
    } else {
      // -0 would be shown as such.
      seconds.push_back(bucket.seconds == 0 ? 0 : bucket.seconds);
    }
  }
  const util::Position at = written->empty() ? spec.at : written->front().at;
  if (seconds.empty() && errors.size() == before) {
    errors.push_back(error_at(context.file, at, "a histogram needs at least one border below +Inf"));
  }
  if (seconds.size() > kMaxBuckets) {
    errors.push_back(error_at(context.file, at, "more than " + std::to_string(kMaxBuckets) + " buckets"));
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

void check_static_labels(const model::RuleFile& file, Diagnostics& errors) {
  for (std::size_t i = 0; i < file.labels.size(); ++i) {
    const auto& [name, value] = file.labels[i];
    const auto complain = [&](const std::string& message, std::string hint) {
      errors.push_back(error_at(file, file.labels_at, message, std::move(hint)));
    };
    if (!util::is_name(name)) {
      complain(quoted_option(name) + " is not a label name",
               "letters, digits and _, not beginning with a digit");
    } else if (name.starts_with("__")) {
      complain("label " + quoted_option(name) + " begins with __, which Prometheus keeps for itself",
               "rename it");
    } else if (name == "le" || name == "quantile") {
      complain("label " + quoted_option(name) + " has a meaning of its own in Prometheus", "rename it");
    } else if (model::label_named(name)) {
      complain("label " + quoted_option(name) + " is one of the request's own", "rename it");
    }
    const bool repeated =
        std::any_of(file.labels.begin(), file.labels.begin() + static_cast<std::ptrdiff_t>(i),
                    [&n = name](const auto& earlier) { return earlier.first == n; });
    if (repeated) complain("label " + quoted_option(name) + " is listed twice", "");
    if (!util::utf8_valid(value))
      complain("the value of label " + quoted_option(name) + " is not valid UTF-8", "");
  }
}

void check_prefix(const model::RuleFile& file, Diagnostics& errors) {
  const std::string prefix = full_name(file.name_space, file.subsystem, "");
  if (prefix.empty() || util::is_name(prefix)) return;
  const bool in_namespace = !file.name_space.empty() && !util::is_name(file.name_space);
  errors.push_back(error_at(
      file, file.namespace_at,
      quoted_option(in_namespace ? file.name_space : file.subsystem) + " cannot be part of a metric name",
      "namespace and subsystem: letters, digits and _, not beginning with a digit"));
}

}  // namespace routemeter::metric

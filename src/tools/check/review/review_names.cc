// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "metric/contract/names.h"
#include "tools/check/review/name_lint.h"
#include "tools/check/review/reviews.h"

namespace routemeter::check {
namespace {

using model::MetricSpec;
using model::MetricType;

MetricType type_of(std::string_view kind) {
  if (kind == "latency") return MetricType::kHistogram;
  if (kind == "requests") return MetricType::kCounter;
  return kind == "inprogress" ? MetricType::kGauge : MetricType::kSummary;
}

std::string_view unit_of(MetricType type) {
  return type == MetricType::kHistogram ? "seconds" : type == MetricType::kSummary ? "bytes" : "";
}

void review_metric(const MetricSpec& spec, Findings& findings) {
  if (spec.help && spec.help->find_first_not_of(" \t\n") == std::string::npos) {
    findings.add("metric-help", spec.at, "the help text is empty",
                 "say in a few words what is measured, or leave 'help' out");
  }
  if (!spec.name) return;
  const MetricType type = type_of(spec.kind);
  std::string full = *spec.name;
  if (type == MetricType::kCounter && !full.ends_with("_total")) full += "_total";
  if (auto problem = lint_metric_name(full, type)) {
    findings.add("metric-name", spec.name_at, std::move(problem->message), std::move(problem->hint));
  } else if (const std::string_view unit = unit_of(type); full.find(unit) == std::string::npos) {
    findings.add("metric-unit", spec.name_at, "the name does not tell the unit",
                 "write '" + *spec.name + "_" + std::string(unit) + "'");
  }
}

// What stands before every name. The one behind it is anything that is right by itself.
void review_prefix(const std::string& prefix, util::Position at, Findings& findings) {
  if (prefix.empty()) return;
  if (auto problem = lint_metric_name(prefix + "_x", MetricType::kGauge)) {
    std::string hint = std::move(problem->hint);
    if (const std::size_t end = hint.rfind("_x'"); end != std::string::npos) hint.erase(end, 2);
    findings.add("metric-name", at, "every name begins with '" + prefix + "': " + problem->message,
                 std::move(hint));
  }
}

// Borders that make sense in milliseconds only.
void review_buckets(const std::optional<std::vector<model::Bucket>>& buckets, Findings& findings) {
  constexpr double kSlowest = 300;
  constexpr double kQuickest = 5;
  if (!buckets || buckets->empty() || buckets->front().seconds < kQuickest) return;
  const auto last = std::find_if(buckets->rbegin(), buckets->rend(),
                                 [](const model::Bucket& bucket) { return std::isfinite(bucket.seconds); });
  if (last == buckets->rend() || last->seconds < kSlowest) return;
  findings.add("bucket-unit", buckets->front().at,
               "bucket borders are seconds, and the first of these is " +
                   std::to_string(static_cast<long long>(buckets->front().seconds)) + " s",
               "if they are milliseconds, divide them by 1000: 100 is 0.1");
}

void review_label(const std::string& name, util::Position at, Findings& findings) {
  if (is_camel_case(name)) {
    findings.add("label-name", at, "label names are snake_case, and '" + name + "' is not",
                 "write '" + snake_case(name) + "'");
  } else if (name == "job" || name == "instance") {
    findings.add(
        "label-name", at,
        "Prometheus puts '" + name + "' on every series itself and renames ours to 'exported_" + name + "'",
        "take another name, such as 'service'");
  }
}

}  // namespace

void review_names(const Subject& subject, Findings& findings) {
  const model::RuleFile& file = subject.file;
  for (const MetricSpec& spec : file.metrics) {
    review_metric(spec, findings);
    for (const auto& buckets : {spec.buckets, spec.highr_buckets, spec.lowr_buckets})
      review_buckets(buckets, findings);
    if (!spec.name_space && !spec.subsystem) continue;
    const std::string own = metric::full_name(spec.name_space.value_or(file.name_space),
                                              spec.subsystem.value_or(file.subsystem), "");
    review_prefix(own, spec.at, findings);
  }
  review_prefix(metric::full_name(file.name_space, file.subsystem, ""), file.namespace_at, findings);
  for (const auto& [name, value] : file.labels) review_label(name, file.labels_at, findings);
}

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "metric/store/store.h"
#include "tools/check/review/reviews.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::check {
namespace {

using model::MetricType;
using model::Rule;
using util::grouped;

// From here on a family is one that Prometheus' own documents warn of.
constexpr std::size_t kManySeries = 10'000;

std::size_t series_per_sample(const model::Family& family) {
  if (family.type == MetricType::kHistogram) return family.bounds.size() + 3;
  return family.type == MetricType::kSummary ? 2 : 1;
}

// Counts the requests of a quiet month: no scanners, a few kinds of errors.
void fill(const model::RuleFile& file, const route::Router& router, metric::Store& store) {
  const std::vector<std::string> any = {"GET", "POST"};
  const std::vector<std::uint16_t> statuses = file.options.group_status_codes
                                                  ? std::vector<std::uint16_t>{200, 404, 500}
                                                  : std::vector<std::uint16_t>{200, 304, 400, 404, 422, 500};
  for (const Rule& rule : file.routes) {
    if (rule.kind == Rule::Kind::kStop) continue;
    const auto& labels = router.labels();
    const auto at = std::find(labels.begin(), labels.end(), rule.handler);
    if (at == labels.end()) continue;
    for (const std::string& method : rule.methods.empty() ? any : rule.methods) {
      for (const std::uint16_t status : statuses) {
        model::Request request;
        request.method = method;
        request.status = status;
        request.known.add(model::Field::kDuration);
        request.known.add(model::Field::kTimeToFirstByte);
        store.observe(static_cast<std::uint32_t>(at - labels.begin()), request);
      }
    }
  }
}

util::Position place_of_family(const model::RuleFile& file, const std::string& family) {
  for (const model::MetricSpec& spec : file.metrics) {
    if (spec.name && family.find(*spec.name) != std::string::npos) return spec.name_at;
  }
  for (const model::MetricSpec& spec : file.metrics) {
    if (!spec.name) return spec.at;
  }
  return file.metrics.front().at;
}

void review_forecast(const model::RuleFile& file, const metric::Store& store, Findings& findings) {
  std::size_t combinations = 0;
  for (const model::Family& family : store.snapshot()) {
    combinations = std::max(combinations, family.samples.size());
    const std::size_t each = series_per_sample(family);
    const std::size_t all = family.samples.size() * each;
    if (all <= kManySeries) continue;
    findings.add(
        "many-series", place_of_family(file, family.name),
        fmt::format("about {} series in {}: {} combinations of {}, each with {}", grouped(all), family.name,
                    grouped(family.samples.size()), util::joined(family.label_names), each),
        family.type == MetricType::kHistogram
            ? "use fewer buckets, fewer labels such as labels: [handler], or fewer handlers"
            : "use fewer labels such as labels: [handler, method], or fewer handlers");
  }
  if (combinations > file.limits.max_series) {
    const util::Position at = place_of_key(file, "max_series");
    findings.add(
        "over-max-series", at.line > 0 ? at : util::Position{},
        fmt::format("these rules alone make about {} combinations of handler, method and status, and "
                    "max_series is {}: "
                    "labels that clients choose are \"other\" from the start",
                    grouped(combinations), grouped(file.limits.max_series)),
        "raise max_series under 'limits:', or use fewer handlers, methods and statuses");
  }
}

// Labels that clients choose.
void review_open_labels(const model::RuleFile& file, Findings& findings) {
  if (place_of_key(file, "max_series").line > 0) return;
  const std::string bound = grouped(file.limits.max_series);
  if (!file.options.group_untemplated && !file.options.ignore_untemplated &&
      !file.limits.labels[model::kHandlerLabel]) {
    findings.add("open-labels", place_of_key(file, "group_untemplated"),
                 fmt::format("each path that no rule matches becomes a handler of its own: scanners send "
                             "thousands, up to {} series",
                             bound),
                 "write group_untemplated: true, or set a limit: limits: {labels: {handler: 200}}");
  }
  if (file.options.verbatim_methods && !file.limits.labels[model::kMethodLabel]) {
    findings.add(
        "open-methods", place_of_key(file, "unknown_methods"),
        fmt::format("clients choose the label 'method': any word counts as one, up to {} series", bound),
        "write unknown_methods: other, or set a limit: limits: {labels: {method: 20}}");
  }
}

}  // namespace

void review_series(const Subject& subject, metric::Store& store, Findings& findings) {
  fill(subject.file, *subject.router, store);
  review_forecast(subject.file, store, findings);
  review_open_labels(subject.file, findings);
}

}  // namespace routemeter::check

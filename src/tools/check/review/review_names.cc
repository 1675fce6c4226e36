// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metric/contract/metric_names.h"
#include "tools/check/review/reviews.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::check {
namespace {

using model::MetricSpec;
using model::MetricType;

// A problem of a name, as `promtool check metrics` (promlint) sees it, and a better name.
struct NameProblem {
  std::string message;
  std::string better;
};

// promlint's tables (client_golang, prometheus/testutil/promlint/validations).
constexpr std::string_view kPrefixes[] = {"pico",  "nano", "micro", "milli", "centi", "deci", "deca",
                                          "hecto", "kilo", "kibi",  "mega",  "mibi",  "giga", "gibi",
                                          "tera",  "tebi", "peta",  "pebi",  ""};
using BaseUnit = std::pair<std::string_view, std::string_view>;
constexpr BaseUnit kUnits[] = {{"seconds", "seconds"}, {"bytes", "bytes"},  {"minutes", "seconds"},
                               {"hours", "seconds"},   {"days", "seconds"}, {"weeks", "seconds"},
                               {"bits", "bytes"},      {"meters", "meters"}};
constexpr BaseUnit kAbbreviations[] = {
    {"s", "seconds"}, {"ms", "seconds"}, {"us", "seconds"}, {"ns", "seconds"}, {"sec", "seconds"},
    {"b", "bytes"},   {"kb", "bytes"},   {"mb", "bytes"},   {"gb", "bytes"},   {"tb", "bytes"},
    {"pb", "bytes"},  {"m", "seconds"},  {"h", "seconds"},  {"d", "seconds"}};
constexpr std::string_view kTypes[] = {"counter", "gauge", "histogram", "summary"};

std::string write(std::string_view better) { return fmt::format("write '{}'", better); }

std::vector<std::string_view> parts_of(std::string_view name) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('_', begin), name.size());
    parts.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// The name with one of its parts replaced, or left out.
std::string with_part(const std::vector<std::string_view>& parts, std::size_t which, std::string_view by) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = i == which ? by : parts[i];
    if (part.empty()) continue;
    if (!out.empty()) out += '_';
    out += part;
  }
  return out;
}

// The base unit when `part` is a unit, else nothing.
std::string_view base_of(std::string_view part) {
  for (const auto& [unit, base] : kUnits) {
    if (!part.ends_with(unit)) continue;
    const std::string_view prefix = part.substr(0, part.size() - unit.size());
    if (std::ranges::find(kPrefixes, prefix) != std::end(kPrefixes)) return base;
  }
  return {};
}

std::optional<NameProblem> lint_suffix(std::string_view name, MetricType type) {
  std::string_view reserved;
  if (type != MetricType::kCounter && name.ends_with("_total")) reserved = "_total";
  if (type != MetricType::kHistogram && name.ends_with("_bucket")) reserved = "_bucket";
  const bool sums = type == MetricType::kHistogram || type == MetricType::kSummary;
  for (const std::string_view suffix : {"_count", "_sum"}) {
    if (!sums && name.ends_with(suffix)) reserved = suffix;
  }
  if (reserved.empty()) return std::nullopt;
  return NameProblem{
      fmt::format("'{}' at the end of a name is reserved for metrics of another type", reserved),
      std::string(name.substr(0, name.size() - reserved.size()))};
}

// True for camelCase, which neither metrics nor labels should be.
bool is_camel_case(std::string_view name) {
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (util::is_lower(name[i - 1]) && util::is_upper(name[i])) return true;
  }
  return false;
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i > 0 && util::is_lower(name[i - 1]) && util::is_upper(name[i])) out += '_';
    out += util::to_lower(name[i]);
  }
  return out;
}

// `name` is the whole name of a family, counters with their _total.
std::optional<NameProblem> lint_metric_name(std::string_view name, MetricType type) {
  if (is_camel_case(name)) return NameProblem{"metric names are snake_case", snake_case(name)};
  if (auto problem = lint_suffix(name, type)) return problem;
  const std::vector<std::string_view> parts = parts_of(name);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string part(parts[i]);
    if (const std::string_view base = base_of(part); !base.empty() && base != part) {
      return NameProblem{fmt::format("the unit is {}, and the name says {}", base, part),
                         with_part(parts, i, base)};
    }
    if (i == 0) continue;
    for (const auto& [abbreviation, unit] : kAbbreviations) {
      if (part != abbreviation) continue;
      return NameProblem{fmt::format("'_{}' abbreviates a unit", part), with_part(parts, i, unit)};
    }
    if (std::ranges::find(kTypes, part) != std::end(kTypes))
      return NameProblem{"a name does not include the type of its metric", with_part(parts, i, "")};
  }
  return std::nullopt;
}

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
    findings.add("metric-name", spec.name_at, std::move(problem->message), write(problem->better));
  } else if (const std::string_view unit = unit_of(type); full.find(unit) == std::string::npos) {
    findings.add("metric-unit", spec.name_at, "the name does not tell the unit",
                 write(fmt::format("{}_{}", *spec.name, unit)));
  }
}

// The prefix of every name, tried before a name that is right by itself.
void review_prefix(const std::string& prefix, util::Position at, Findings& findings) {
  if (prefix.empty()) return;
  if (auto problem = lint_metric_name(prefix + "_x", MetricType::kGauge)) {
    std::string& better = problem->better;
    if (better.ends_with("_x")) better.resize(better.size() - 2);
    findings.add("metric-name", at, fmt::format("every name begins with '{}': {}", prefix, problem->message),
                 write(better));
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
               fmt::format("bucket bounds are in seconds, and the first of these is {} s",
                           static_cast<long long>(buckets->front().seconds)),
               "if they are milliseconds, divide them by 1000: 100 is 0.1");
}

void review_label(const std::string& name, util::Position at, Findings& findings) {
  if (is_camel_case(name)) {
    findings.add("label-name", at, fmt::format("label names are snake_case, and '{}' is not", name),
                 write(snake_case(name)));
  } else if (name == "job" || name == "instance") {
    findings.add("label-name", at,
                 fmt::format("Prometheus puts '{}' on every series itself and renames ours to 'exported_{}'",
                             name, name),
                 "use another name, such as 'service'");
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

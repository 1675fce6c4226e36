// SPDX-License-Identifier: Apache-2.0
#include "tools/check/review/name_lint.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "util/ascii.h"

namespace routemeter::check {
namespace {

using model::MetricType;

char lower(char c) { return util::is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// promlint's tables (client_golang, prometheus/testutil/promlint/validations).
constexpr std::array<std::string_view, 19> kPrefixes = {
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi",
    "mega", "mibi", "giga",  "gibi",  "tera",  "tebi", "peta", "pebi",  ""};
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kUnits = {{{"seconds", "seconds"},
                                                                                  {"bytes", "bytes"},
                                                                                  {"minutes", "seconds"},
                                                                                  {"hours", "seconds"},
                                                                                  {"days", "seconds"},
                                                                                  {"weeks", "seconds"},
                                                                                  {"bits", "bytes"},
                                                                                  {"meters", "meters"}}};
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kAbbreviations = {{{"s", "seconds"},
                                                                                           {"ms", "seconds"},
                                                                                           {"us", "seconds"},
                                                                                           {"ns", "seconds"},
                                                                                           {"sec", "seconds"},
                                                                                           {"b", "bytes"},
                                                                                           {"kb", "bytes"},
                                                                                           {"mb", "bytes"},
                                                                                           {"gb", "bytes"},
                                                                                           {"tb", "bytes"},
                                                                                           {"pb", "bytes"},
                                                                                           {"m", "seconds"},
                                                                                           {"h", "seconds"},
                                                                                           {"d", "seconds"}}};
constexpr std::array<std::string_view, 4> kTypes = {"counter", "gauge", "histogram", "summary"};

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
    if (std::find(kPrefixes.begin(), kPrefixes.end(), prefix) != kPrefixes.end()) return base;
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
      "'" + std::string(reserved) + "' at the end of a name is kept for metrics of another type",
      "write '" + std::string(name.substr(0, name.size() - reserved.size())) + "'"};
}

}  // namespace

std::optional<NameProblem> lint_metric_name(std::string_view name, model::MetricType type) {
  if (is_camel_case(name))
    return NameProblem{"metric names are snake_case", "write '" + snake_case(name) + "'"};
  if (auto problem = lint_suffix(name, type)) return problem;
  const std::vector<std::string_view> parts = parts_of(name);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string part(parts[i]);
    if (const std::string_view base = base_of(part); !base.empty() && base != part) {
      return NameProblem{"the unit is " + std::string(base) + ", and the name says " + part,
                         "write '" + with_part(parts, i, base) + "'"};
    }
    if (i == 0) continue;
    for (const auto& [abbreviation, unit] : kAbbreviations) {
      if (part != abbreviation) continue;
      return NameProblem{"'_" + part + "' abbreviates a unit", "write '" + with_part(parts, i, unit) + "'"};
    }
    if (std::find(kTypes.begin(), kTypes.end(), part) != kTypes.end()) {
      return NameProblem{"a name does not tell the type of its metric",
                         "write '" + with_part(parts, i, "") + "'"};
    }
  }
  return std::nullopt;
}

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
    out += lower(name[i]);
  }
  return out;
}

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/rule_file.h"

// The kinds of `metrics` and the keys of each: the loader, its hints, `diff` and the test of the schema read
// these rows, and metric refuses by them what a rule file made by hand has too much.

namespace routemeter::model {

/// Kinds that have the same keys. One bit each.
enum MetricGroup : unsigned { kDefaultSet = 1, kOneHistogram = 2, kOther = 4 };

struct MetricKind {
  std::string_view key;
  MetricGroup group;
};
inline constexpr auto kMetricKinds = std::to_array<MetricKind>({
    {"default", kDefaultSet},
    {"latency", kOneHistogram},
    {"requests", kOther},
    {"request_size", kOther},
    {"response_size", kOther},
    {"combined_size", kOther},
    {"inprogress", kOther},
});

struct MetricKey {
  using Name = std::optional<std::string>;
  using Labels = std::optional<std::vector<std::string>>;
  using Borders = std::optional<std::vector<Bucket>>;
  std::string_view key;
  std::variant<bool MetricSpec::*, Name MetricSpec::*, Labels MetricSpec::*, Borders MetricSpec::*> field;
  unsigned groups;                             ///< that have it
  Position MetricSpec::*at = &MetricSpec::at;  ///< where it stands, if that is kept

  /// Whether the entry has it, and another value than the default.
  bool is_set(const MetricSpec& spec) const {
    return std::visit([&spec](auto member) { return static_cast<bool>(spec.*member); }, field);
  }
};
inline constexpr unsigned kOneFamily = kOneHistogram | kOther;
inline constexpr auto kMetricKeys = std::to_array<MetricKey>({
    {"only_2xx_for_highr", &MetricSpec::only_2xx_for_highr, kDefaultSet},
    {"highr_buckets", &MetricSpec::highr_buckets, kDefaultSet},
    {"lowr_buckets", &MetricSpec::lowr_buckets, kDefaultSet},
    {"name", &MetricSpec::name, kOneFamily, &MetricSpec::name_at},
    {"help", &MetricSpec::help, kOneFamily},
    {"buckets", &MetricSpec::buckets, kOneHistogram},
    {"labels", &MetricSpec::labels, kOneFamily},
    {"exclude_streaming_duration", &MetricSpec::exclude_streaming_duration, kDefaultSet | kOneHistogram,
     &MetricSpec::exclude_streaming_at},
    {"namespace", &MetricSpec::name_space, kOneFamily},
    {"subsystem", &MetricSpec::subsystem, kOneFamily},
});

/// The row of a kind; null for a word that is none.
constexpr const MetricKind* kind_of(std::string_view word) {
  for (const MetricKind& kind : kMetricKinds) {
    if (kind.key == word) return &kind;
  }
  return nullptr;
}

}  // namespace routemeter::model

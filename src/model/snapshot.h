// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/request.h"

// What a scrape sees: numbers and names copied out of the store between two batches, so that all
// families agree. metric fills it, expose prints it.

namespace routemeter::model {

enum class MetricType : std::uint8_t { kCounter, kGauge, kHistogram, kSummary };

/// As on a TYPE line.
constexpr std::string_view type_name(MetricType type) {
  constexpr std::array<std::string_view, 4> kNames = {"counter", "gauge", "histogram", "summary"};
  return kNames[static_cast<std::size_t>(type)];
}

/// A sum of integers: bytes, or nanoseconds. 128 bits, because two hostile sizes overflow 64.
using Sum = unsigned __int128;

struct Sample {
  /// Values in the order of Family::label_names.
  std::vector<std::string> label_values;
  /// Counter and gauge: the value. Histogram and summary: the number of observations.
  std::uint64_t count = 0;
  /// Histogram and summary: sum of the observations, in units of 10^-Family::decimals.
  Sum sum = 0;
  /// Histogram: observations per bucket, not cumulative, one more than Family::bounds (+Inf last).
  std::vector<std::uint64_t> buckets;
  /// Gauge only: a value that is not an integer, used instead of count when has_real is set.
  double real = 0;
  bool has_real = false;
};

/// Makes the samples of a family when they are wanted, one by one. Sees nothing that changes: for any thread.
class SampleSource {
 public:
  virtual ~SampleSource() = default;
  /// In the order of Family::samples; each sample is there for its call only.
  virtual void each(const std::function<void(const Sample&)>& take) const = 0;
};

struct Family {
  std::string name;  ///< as exposed; counters with their _total
  std::string help;
  MetricType type = MetricType::kCounter;
  std::string unit;                      ///< "seconds", "bytes" or "": OpenMetrics # UNIT
  std::vector<std::string> label_names;  ///< sorted; `le` is not among them
  std::vector<double> bounds;            ///< histogram: upper borders in base units, without +Inf
  FieldSet needs;                        ///< a log without these has no such family
  int decimals = 0;                      ///< 9 for nanoseconds shown as seconds, 0 for bytes
  /// When the series began to count, Unix time in seconds; 0 = unknown. OpenMetrics shows it as _created.
  double created = 0;
  std::vector<Sample> samples;  ///< sorted by label_values
  /// Instead of samples, in a snapshot that is frozen and not made yet.
  std::shared_ptr<const SampleSource> source;
};

/// A family that stays absent: the log's format lacks a number that it needs.
struct AbsentFamily {
  std::string name;
  Field field;              ///< that is lacking
  std::string_view lacks;   ///< "the format has no duration"
  std::string_view remedy;  ///< "log $request_time"

  /// One line for people.
  std::string text() const {
    return std::string(name).append(": ").append(lacks).append("; ").append(remedy);
  }
};
using AbsentFamilies = std::vector<AbsentFamily>;

/// Families in their fixed order. Neighbours of one name are one family on the page, under the first one's
/// HELP and TYPE: several services have the same metrics with other static labels or borders.
using Snapshot = std::vector<Family>;

}  // namespace routemeter::model

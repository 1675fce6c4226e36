// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "metric/store/durations.h"
#include "metric/store/family.h"

namespace routemeter::metric {

/// The borders of two histograms in one list: a duration's bucket among them tells that of each.
class JointBuckets {
 public:
  JointBuckets(const std::vector<double>& first, const std::vector<double>& second);

  std::size_t size() const { return all_.size(); }
  std::size_t find(std::uint64_t ns) const noexcept { return all_.find(ns); }
  std::size_t in_first(std::size_t bucket) const noexcept { return in_first_[bucket]; }
  std::size_t in_second(std::size_t bucket) const noexcept { return in_second_[bucket]; }

 private:
  Buckets all_;
  std::vector<std::uint16_t> in_first_;
  std::vector<std::uint16_t> in_second_;
};

/// The two histograms of durations of the default set: a request's bucket is looked up once for both. What a
/// series gathers is kept by its owner, until flush().
class DurationHistograms {
 public:
  DurationHistograms(HistogramFamily highr, HistogramFamily lowr, JointBuckets buckets, model::Field field,
                     bool only_2xx_for_highr)
      : highr_(std::move(highr)),
        lowr_(std::move(lowr)),
        buckets_(std::move(buckets)),
        field_(field),
        only_2xx_(only_2xx_for_highr),
        highr_counts_(buckets_.size()) {}

  void add_series(SeriesId id, const NewSeries& series) {
    highr_.add_series(id, series);
    lowr_.add_series(id, series);
    in_highr_.push_back(!only_2xx_ || series.labels[model::kStatusLabel].starts_with('2'));
  }

  std::size_t lowr_buckets() const { return lowr_.buckets(); }
  bool has(const Info& info) const noexcept { return info.known.has(field_); }
  std::uint64_t of(const Info& info) const noexcept { return info.duration(field_); }
  /// Counts a duration in highr's bucket and gives lowr's.
  std::size_t observe(std::uint16_t status, std::uint64_t ns) noexcept {
    const std::size_t bucket = buckets_.find(ns);
    if (!only_2xx_ || status / 100 == 2) ++highr_counts_[bucket];
    return buckets_.in_second(bucket);
  }

  /// The rest of what a series has gathered.
  void flush(SeriesId id, std::span<const std::uint64_t> lowr_counts, std::uint64_t ns) {
    lowr_.observe_many(id, lowr_counts, ns);
    if (in_highr_[id]) highr_sum_ += ns;
  }
  /// After all series.
  void flush_highr() {
    std::vector<std::uint64_t> counts(highr_.buckets());
    for (std::size_t i = 0; i < highr_counts_.size(); ++i) counts[buckets_.in_first(i)] += highr_counts_[i];
    highr_.observe_many(0, counts, highr_sum_);  // without labels all series share the one cell
    std::fill(highr_counts_.begin(), highr_counts_.end(), 0);
    highr_sum_ = 0;
  }

  void merge(const DurationHistograms& other, std::span<const SeriesId> to) {
    highr_.merge(other.highr_, to);
    lowr_.merge(other.lowr_, to);
  }
  void collect(model::Snapshot& out) const {
    highr_.collect(out);
    lowr_.collect(out);
  }
  void list_families(std::vector<Family*>& out) {
    out.push_back(&highr_);
    out.push_back(&lowr_);
  }

 private:
  HistogramFamily highr_;
  HistogramFamily lowr_;
  JointBuckets buckets_;  // of highr and lowr
  model::Field field_;
  bool only_2xx_;
  std::vector<bool> in_highr_;               // by series: whether highr counts it
  std::vector<std::uint64_t> highr_counts_;  // by joint bucket, what highr does not have yet
  model::Sum highr_sum_ = 0;                 // likewise
};

}  // namespace routemeter::metric

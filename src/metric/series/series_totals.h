// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "metric/contract/request_labels.h"

namespace routemeter::metric {

/// Several families' numbers of one series side by side, so that a request touches one cache line rather than
/// some in each family. They gather here in 64 bits until take() hands them over to the families' own cells.
class SeriesTotals {
 public:
  /// The sums of one request or of a series.
  struct Sums {
    std::uint64_t duration_ns = 0;
    std::uint64_t request_size = 0;
    std::uint64_t response_size = 0;
  };

  /// `counts`: into how many kinds the requests of a series are told apart.
  explicit SeriesTotals(std::size_t counts)
      : counts_(counts), lines_per_series_((kSums + counts + kWords - 1) / kWords) {}

  /// Makes room for the next SeriesId.
  void add_series() { lines_.resize(lines_.size() + lines_per_series_); }
  std::size_t size() const { return lines_.size() / lines_per_series_; }

  /// To be called some requests before add().
  void prefetch(SeriesId id) const noexcept { __builtin_prefetch(&lines_[id * lines_per_series_], 1); }

  /// Adds a request of one kind (0 ... counts - 1). False, and nothing added, when a sum would not fit 64
  /// bits: after a take() it does.
  bool add(SeriesId id, std::size_t kind, const Sums& request) noexcept {
    Line* const line = &lines_[id * lines_per_series_];
    Line& first = line[0];
    const std::uint64_t duration = first[0] + request.duration_ns;
    const std::uint64_t in = first[1] + request.request_size;
    const std::uint64_t out = first[2] + request.response_size;
    const bool carry =
        (duration < request.duration_ns) | (in < request.request_size) | (out < request.response_size);
    if (carry) return false;
    first[0] = duration;
    first[1] = in;
    first[2] = out;
    ++line[(kSums + kind) / kWords][(kSums + kind) % kWords];
    return true;
  }

  /// Moves what a series has gathered to `counts` (as many as there are kinds) and `sums`, and leaves 0.
  /// False when there is nothing.
  bool take(SeriesId id, std::span<std::uint64_t> counts, Sums& sums) noexcept;

 private:
  static constexpr std::size_t kWords = 8;
  static constexpr std::size_t kSums = 3;
  struct alignas(kWords * sizeof(std::uint64_t)) Line : std::array<std::uint64_t, kWords> {};

  std::size_t counts_;
  std::size_t lines_per_series_;
  std::vector<Line> lines_;  // of a series: the sums, then the counts
};

inline bool SeriesTotals::take(SeriesId id, std::span<std::uint64_t> counts, Sums& sums) noexcept {
  const std::span<Line> lines(&lines_[id * lines_per_series_], lines_per_series_);
  std::uint64_t requests = 0;
  for (std::size_t kind = 0; kind < counts_; ++kind) {
    counts[kind] = lines[(kSums + kind) / kWords][(kSums + kind) % kWords];
    requests += counts[kind];
  }
  if (requests == 0) return false;
  sums = {lines[0][0], lines[0][1], lines[0][2]};
  std::fill(lines.begin(), lines.end(), Line{});
  return true;
}

}  // namespace routemeter::metric

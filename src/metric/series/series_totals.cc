// SPDX-License-Identifier: Apache-2.0
#include "metric/series/series_totals.h"

#include <algorithm>

namespace routemeter::metric {

bool SeriesTotals::take(SeriesId id, std::span<std::uint64_t> counts, Sums& sums) noexcept {
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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "metric/contract/plugin.h"

namespace routemeter::metric {

/// Finds labels in a list that somebody else keeps and only appends to: open addressing, at most half full.
/// No allocation per entry, and no text is hashed again or compared with one that has another hash: with
/// thousands of routes, making their series is what a short log costs.
class LabelIndex {
 public:
  using Hash = std::uint32_t;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  static Hash hash_of(const SeriesLabels& labels) noexcept;

  LabelIndex() : slots_(16, kNone) {}
  /// The position of the labels with this hash in the list, or kNone.
  std::uint32_t find(const SeriesLabels& labels, Hash hash,
                     std::span<const SeriesLabels> list) const noexcept;
  /// The list got labels with this hash at its end, which were not there yet.
  void append(Hash hash);

 private:
  std::size_t home(Hash hash) const noexcept;
  void put(std::uint32_t position) noexcept;

  std::vector<std::uint32_t> slots_;  // positions in the list
  std::vector<Hash> hashes_;          // by position
};

}  // namespace routemeter::metric

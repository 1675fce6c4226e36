// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "model/vocabulary.h"

namespace routemeter::metric {

/// Finds entries, one part for each request label, in a list that somebody else keeps and only appends to:
/// open addressing, at most half full. No allocation per entry, and no text is hashed again or compared with
/// one that has another hash: with thousands of routes, making their series is what a short log costs.
class HashIndex {
 public:
  using Hash = std::uint32_t;
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  template <typename Part>
  static Hash hash_of(const model::PerLabel<Part>& entry) noexcept {
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;
    std::uint64_t all = 0;
    for (const Part& part : entry) {
      all = (all + (part == Part() ? 0 : std::hash<Part>()(part))) * kGolden;
    }
    return static_cast<Hash>(all >> 32);  // its high bits depend on all bits before
  }

  /// The position in `list` of the entry, which has this hash, or kNone.
  template <typename Entry>
  std::uint32_t find(const Entry& entry, Hash hash, const std::vector<Entry>& list) const noexcept {
    for (std::size_t i = home(hash);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot slot = slots_[i];
      if (slot.position == kNone || (slot.hash == hash && list[slot.position] == entry)) return slot.position;
    }
  }

  /// The list has got an entry with this hash, which was not there yet.
  void add(Hash hash, std::uint32_t position) {
    if (++size_ * 2 > slots_.size()) {
      for (const Slot& slot : std::exchange(slots_, std::vector<Slot>(slots_.size() * 2))) {
        if (slot.position != kNone) put(slot);
      }
    }
    put({hash, position});
  }

 private:
  struct Slot {
    Hash hash = 0;
    std::uint32_t position = kNone;
  };

  std::size_t home(Hash hash) const noexcept { return hash >> (32 - std::countr_zero(slots_.size())); }
  void put(const Slot& slot) noexcept {
    std::size_t i = home(slot.hash);
    while (slots_[i].position != kNone) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }

  std::vector<Slot> slots_ = std::vector<Slot>(16);
  std::size_t size_ = 0;
};

}  // namespace routemeter::metric

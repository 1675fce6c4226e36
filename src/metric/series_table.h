// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "metric/info.h"
#include "metric/series_key.h"

namespace routemeter::metric {

/// Key -> SeriesId: open addressing, at most half full, ids dense in order of insertion.
class SeriesTable {
 public:
  static constexpr SeriesId kNone = std::numeric_limits<SeriesId>::max();

  SeriesTable() : slots_(64) {}

  SeriesId find(SeriesKey key) const noexcept {
    for (std::size_t i = home(key);; i = (i + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[i];
      if (slot.key == key && slot.id != kNone) return slot.id;
      if (slot.id == kNone) return kNone;
    }
  }

  /// `key` must not be there yet.
  SeriesId add(SeriesKey key) {
    if ((keys_.size() + 1) * 2 > slots_.size()) {
      std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
      for (const Slot& slot : old) {
        if (slot.id != kNone) put(slot);
      }
    }
    const auto id = static_cast<SeriesId>(keys_.size());
    keys_.push_back(key);
    put({key, id});
    return id;
  }

  /// By SeriesId.
  const std::vector<SeriesKey>& keys() const { return keys_; }
  std::size_t size() const { return keys_.size(); }

 private:
  struct Slot {
    SeriesKey key = 0;
    SeriesId id = kNone;
  };

  // Fibonacci hashing: the high bits of the product depend on all bits of the key.
  std::size_t home(SeriesKey key) const noexcept {
    const int shift = 64 - std::countr_zero(slots_.size());
    return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> shift);
  }
  void put(const Slot& slot) noexcept {
    std::size_t i = home(slot.key);
    while (slots_[i].id != kNone) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }

  std::vector<Slot> slots_;
  std::vector<SeriesKey> keys_;
};

}  // namespace routemeter::metric

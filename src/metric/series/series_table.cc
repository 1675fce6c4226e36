// SPDX-License-Identifier: Apache-2.0
#include "metric/series/series_table.h"

#include <bit>
#include <utility>

namespace routemeter::metric {

SeriesId SeriesTable::find_in_slots(SeriesKey key) const noexcept {
  for (std::size_t i = home(key);; i = (i + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[i];
    if (slot.key == key && slot.id != kNone) return slot.id;
    if (slot.id == kNone) return kNone;
  }
}

SeriesId SeriesTable::add(SeriesKey key) {
  const auto id = static_cast<SeriesId>(keys_.size());
  keys_.push_back(key);
  if (has_place(handler_of(key), method_of(key))) {
    rows_[handler_of(key)][place_in_row(method_of(key), status_of(key))] = id;
    return id;
  }
  if (++in_slots_ * 2 > slots_.size()) {
    std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
    for (const Slot& slot : old) {
      if (slot.id != kNone) put(slot);
    }
  }
  put({key, id});
  return id;
}

// Fibonacci hashing: the high bits of the product depend on all bits of the key.
std::size_t SeriesTable::home(SeriesKey key) const noexcept {
  const int shift = 64 - std::countr_zero(slots_.size());
  return static_cast<std::size_t>((key * 0x9E3779B97F4A7C15ULL) >> shift);
}

void SeriesTable::put(const Slot& slot) noexcept {
  std::size_t i = home(slot.key);
  while (slots_[i].id != kNone) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = slot;
}

}  // namespace routemeter::metric

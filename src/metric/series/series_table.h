// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "metric/contract/request_labels.h"
#include "model/method.h"

namespace routemeter::metric {

/// A packed (handler, method, status): 32, 22 and 10 bits.
using SeriesKey = std::uint64_t;

inline constexpr unsigned kMethodShift = 10;
inline constexpr unsigned kHandlerShift = 32;
inline constexpr SeriesKey kStatusMask = (SeriesKey{1} << kMethodShift) - 1;
inline constexpr SeriesKey kMethodMask = ((SeriesKey{1} << kHandlerShift) - 1) & ~kStatusMask;
inline constexpr SeriesKey kHandlerMask = ~(kStatusMask | kMethodMask);
/// The most methods a log may bring, beside those of the rule file.
inline constexpr std::uint64_t kMaxMethods = (1U << 22) - 1000;

constexpr SeriesKey pack(std::uint32_t handler, std::uint32_t method, std::uint32_t status) {
  return SeriesKey{handler} << kHandlerShift | SeriesKey{method} << kMethodShift | status;
}
constexpr std::uint32_t handler_of(SeriesKey key) { return static_cast<std::uint32_t>(key >> kHandlerShift); }
constexpr std::uint32_t method_of(SeriesKey key) {
  return static_cast<std::uint32_t>((key & kMethodMask) >> kMethodShift);
}
constexpr std::uint32_t status_of(SeriesKey key) { return static_cast<std::uint32_t>(key & kStatusMask); }

/// Key -> SeriesId, ids dense in order of insertion. The known methods and status groups of the first
/// handlers have a place each, those of one handler side by side; all other keys are in an open-addressing
/// table that is at most half full.
class SeriesTable {
 public:
  static constexpr SeriesId kNone = std::numeric_limits<SeriesId>::max();

  SeriesTable() : slots_(64) {}

  /// Before the first key: handlers below this number have places. Only if statuses are grouped to 1 ... 5.
  void place_handlers(std::uint32_t count) {
    placed_handlers_ = std::min(count, kMaxRows);
    rows_.resize(placed_handlers_);
  }

  /// The same as find() for a key that has a place, else kNone; saves packing the key.
  SeriesId find_placed(std::uint32_t handler, std::uint32_t method, std::uint32_t status) const noexcept {
    return has_place(handler, method) ? rows_[handler][place_in_row(method, status)] : kNone;
  }
  SeriesId find(SeriesKey key) const noexcept {
    const SeriesId placed = find_placed(handler_of(key), method_of(key), status_of(key));
    return placed != kNone ? placed : find_in_slots(key);
  }

  /// `key` must not be there yet.
  SeriesId add(SeriesKey key);

  /// By SeriesId.
  const std::vector<SeriesKey>& keys() const { return keys_; }
  std::size_t size() const { return keys_.size(); }

 private:
  static constexpr std::size_t kStatuses = 5;
  static constexpr std::size_t kRow = 64;
  static_assert((model::kUnknownMethod + 1) * kStatuses < kRow);
  struct alignas(64) Row : std::array<SeriesId, kRow> {
    constexpr Row() : std::array<SeriesId, kRow>() { fill(kNone); }
  };
  static constexpr std::uint32_t kMaxRows = 16384;  // of 256 bytes

  struct Slot {
    SeriesKey key = 0;
    SeriesId id = kNone;
  };

  bool has_place(std::uint32_t handler, std::uint32_t method) const noexcept {
    return handler < placed_handlers_ && method <= model::kUnknownMethod;
  }
  static constexpr std::size_t place_in_row(std::uint32_t method, std::uint32_t status) noexcept {
    return method * kStatuses + status;
  }

  SeriesId find_in_slots(SeriesKey key) const noexcept;
  std::size_t home(SeriesKey key) const noexcept;
  void put(const Slot& slot) noexcept;

  std::uint32_t placed_handlers_ = 0;
  std::vector<Row> rows_;  // by handler
  std::vector<Slot> slots_;
  std::size_t in_slots_ = 0;
  std::vector<SeriesKey> keys_;
};

}  // namespace routemeter::metric

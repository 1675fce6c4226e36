// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "metric/info.h"
#include "metric/series_key.h"
#include "model/method.h"

namespace routemeter::metric {

/// Key -> SeriesId, ids dense in order of insertion. The known methods and status groups of the first
/// handlers have a place each, those of one handler side by side; all other keys are in an open-addressing
/// table that is at most half full.
class SeriesTable {
 public:
  static constexpr SeriesId kNone = std::numeric_limits<SeriesId>::max();

  SeriesTable() : slots_(64) {}

  /// Before the first key: handlers below this number have places, if statuses are grouped to 1 ... 5.
  void place_handlers(std::uint32_t count) { rows_.resize(std::min(count, kMaxRows), filled_row()); }

  SeriesId find(SeriesKey key) const noexcept {
    if (has_place(key)) return rows_[handler_of(key)][place_in_row(key)];
    return find_in_slots(key);
  }

  /// `key` must not be there yet.
  SeriesId add(SeriesKey key);

  /// By SeriesId.
  const std::vector<SeriesKey>& keys() const { return keys_; }
  std::size_t size() const { return keys_.size(); }

 private:
  // A label that nobody uses is 0 in every key, so a row need not tell status 0 from the others.
  static constexpr std::uint32_t kStatuses = 5;
  static constexpr std::size_t kRow = 64;
  static_assert((model::kUnknownMethod + 1) * kStatuses < kRow);
  using Row = std::array<SeriesId, kRow>;
  static constexpr std::uint32_t kMaxRows = 16384;  // of 256 bytes

  struct Slot {
    SeriesKey key = 0;
    SeriesId id = kNone;
  };

  static constexpr Row filled_row() {
    Row row{};
    row.fill(kNone);
    return row;
  }
  bool has_place(SeriesKey key) const noexcept {
    return handler_of(key) < rows_.size() && method_of(key) <= model::kUnknownMethod;
  }
  static constexpr std::size_t place_in_row(SeriesKey key) noexcept {
    return method_of(key) * kStatuses + status_of(key);
  }

  SeriesId find_in_slots(SeriesKey key) const noexcept;
  std::size_t home(SeriesKey key) const noexcept;
  void put(const Slot& slot) noexcept;

  std::vector<Row> rows_;  // by handler
  std::vector<Slot> slots_;
  std::size_t in_slots_ = 0;
  std::vector<SeriesKey> keys_;
};

}  // namespace routemeter::metric

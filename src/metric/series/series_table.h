// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "metric/contract/request_labels.h"
#include "metric/series/hash_index.h"
#include "model/method.h"

namespace routemeter::metric {

/// The number of a series' value for each label.
using SeriesKey = model::PerLabel<std::uint32_t>;

/// Key -> SeriesId, ids dense in order of insertion. The known methods and status groups of the first
/// handlers have a place each, those of one handler side by side; all other keys are found by their hash.
class SeriesTable {
 public:
  static constexpr SeriesId kNone = HashIndex::kNone;

  /// Before the first key: handlers and methods below these numbers have places. Only if statuses are grouped
  /// to 1 ... 5 and no other label tells series apart.
  void place(std::uint32_t handlers, std::uint32_t methods) {
    placed_handlers_ = std::min(handlers, kMaxRows);
    placed_methods_ = std::min(methods, kMethods);
    rows_.resize(placed_handlers_);
  }

  /// The same as find() for a key that has a place, else kNone; saves making the key.
  SeriesId find_placed(std::uint32_t handler, std::uint32_t method, std::uint32_t status) const noexcept {
    return has_place(handler, method) ? rows_[handler][place_in_row(method, status)] : kNone;
  }
  SeriesId find(const SeriesKey& key) const noexcept {
    const std::uint32_t handler = key[model::kHandlerLabel];
    const std::uint32_t method = key[model::kMethodLabel];
    if (has_place(handler, method)) return find_placed(handler, method, key[model::kStatusLabel]);
    return others_.find(key, HashIndex::hash_of(key), keys_);
  }

  /// `key` must not be there yet.
  SeriesId add(const SeriesKey& key) {
    const auto id = static_cast<SeriesId>(keys_.size());
    const std::uint32_t handler = key[model::kHandlerLabel];
    const std::uint32_t method = key[model::kMethodLabel];
    keys_.push_back(key);
    if (has_place(handler, method)) {
      rows_[handler][place_in_row(method, key[model::kStatusLabel])] = id;
    } else {
      others_.add(HashIndex::hash_of(key), id);
    }
    return id;
  }

  /// By SeriesId.
  const std::vector<SeriesKey>& keys() const { return keys_; }
  std::size_t size() const { return keys_.size(); }

 private:
  static constexpr std::uint32_t kMethods = model::kUnknownMethod + 1;
  static constexpr std::size_t kStatuses = 5;
  static constexpr std::size_t kRow = 64;
  static_assert(kMethods * kStatuses < kRow);
  struct alignas(64) Row : std::array<SeriesId, kRow> {
    constexpr Row() : std::array<SeriesId, kRow>() { fill(kNone); }
  };
  static constexpr std::uint32_t kMaxRows = 16384;  // of 256 bytes

  bool has_place(std::uint32_t handler, std::uint32_t method) const noexcept {
    return handler < placed_handlers_ && method < placed_methods_;
  }
  static constexpr std::size_t place_in_row(std::uint32_t method, std::uint32_t status) noexcept {
    return method * kStatuses + status;
  }

  std::uint32_t placed_handlers_ = 0;
  std::uint32_t placed_methods_ = 0;
  std::vector<Row> rows_;  // by handler
  std::vector<SeriesKey> keys_;
  HashIndex others_;  // of keys without a place
};

}  // namespace routemeter::metric

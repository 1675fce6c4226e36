// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::pipeline {

/// The most frequent paths that no rule matches, in constant memory (about 20 KiB, nothing on the heap):
/// space-saving (Metwally, Agrawal, El Abbadi 2005). Of N paths, each that came more than N / kCounters times
/// is among the counters, whatever else came. Clients write these paths: for people to look at, never for
/// labels. Used by one thread.
class Unmatched {
 public:
  static constexpr std::size_t kCounters = 128;
  /// Longer paths are cut here, at a character; they count as one when they agree up to here.
  static constexpr std::size_t kPathBytes = 128;

  struct Top {
    std::string path;          ///< bytes as they came: make them printable before anybody sees them
    bool cut = false;          ///< a longer path's beginning
    std::uint64_t count = 0;   ///< came at most this often
    std::uint64_t excess = 0;  ///< count may be too high by this much: came at least count - excess times
  };

  Unmatched() noexcept;

  /// Counts one request by its target or decoded path; what is not part of the path (query, fragment, scheme
  /// and authority) is dropped here, as before matching.
  void add(std::string_view target) noexcept;

  /// The `n` paths that surely came most often, most first: by count - excess, then count, then path. Each
  /// that came more than N / n + N / kCounters times is among them.
  std::vector<Top> top(std::size_t n) const;

  /// N, the number of add() calls.
  std::uint64_t total() const noexcept { return total_; }

 private:
  using Id = std::uint8_t;
  static constexpr std::size_t kSlots = 4 * kCounters;  // sparse: a search that finds nothing ends soon
  static constexpr Id kEmpty = 0xff;
  static_assert(kCounters <= kEmpty && (kSlots & (kSlots - 1)) == 0);

  struct Counter {
    std::uint64_t excess = 0;
    std::uint8_t size = 0;
    bool cut = false;
    std::array<char, kPathBytes> path;
  };
  static_assert(kPathBytes <= UINT8_MAX);

  std::string_view path_of(Id id) const noexcept { return {counters_[id].path.data(), counters_[id].size}; }
  std::size_t slot_of(std::string_view path, std::uint64_t hash) const noexcept;
  void erase_slot(std::size_t hole) noexcept;
  void increment(Id id) noexcept;

  std::uint64_t total_ = 0;
  std::size_t used_ = 0;
  // Counters in ascending order of their counts, so that the least is the first; by position:
  std::array<std::uint64_t, kCounters> counts_{};
  std::array<Id, kCounters> ids_{};
  // By id:
  std::array<std::uint8_t, kCounters> positions_{};
  std::array<std::uint64_t, kCounters> hashes_{};
  std::array<Counter, kCounters> counters_;
  // Hash table of ids with linear probing.
  std::array<Id, kSlots> slots_;
};

}  // namespace routemeter::pipeline

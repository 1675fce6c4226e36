// SPDX-License-Identifier: Apache-2.0
#include "pipeline/unmatched.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "route/path/byte_words.h"
#include "route/path/path.h"
#include "util/utf8.h"

namespace routemeter::pipeline {
namespace {

std::uint64_t hash_of(std::string_view path) noexcept {
  std::uint64_t hash = route::kMixA ^ path.size();
  while (path.size() >= 8) {
    hash = route::mix(hash ^ route::load64(path.data()), route::kMixB);
    path.remove_prefix(8);
  }
  return route::mix(hash ^ route::load_short(path.data(), path.size()), route::kMixA);
}

// At most kPathBytes of it, no well-formed character split.
std::string_view shortened(std::string_view path) noexcept {
  constexpr std::size_t kLimit = Unmatched::kPathBytes;
  if (path.size() <= kLimit) return path;
  for (std::size_t back = 1; back <= 3; ++back) {
    if (util::utf8_length(path.substr(kLimit - back)) > back) return path.substr(0, kLimit - back);
  }
  return path.substr(0, kLimit);
}

}  // namespace

Unmatched::Unmatched() noexcept { slots_.fill(kEmpty); }

void Unmatched::add(std::string_view target) noexcept {
  const std::string_view whole = route::cut_target(target).text;
  const std::string_view path = shortened(whole);
  const std::uint64_t hash = hash_of(path);
  ++total_;
  std::size_t slot = slot_of(path, hash);
  Id id = slots_[slot];
  if (id == kEmpty) {
    std::uint64_t excess = 0;
    if (used_ < kCounters) {
      // Counts of 0 come before all others, so the new one moves to the front of the order.
      id = static_cast<Id>(used_);
      const std::size_t position = kCounters - 1 - used_;
      ids_[position] = id;
      positions_[id] = static_cast<std::uint8_t>(position);
      ++used_;
    } else {
      // The least frequent makes room; the new path may have come as often as that one's count unnoticed.
      id = ids_[0];
      excess = counts_[0];
      std::size_t hole = hashes_[id] & (kSlots - 1);
      while (slots_[hole] != id) hole = (hole + 1) & (kSlots - 1);
      erase_slot(hole);
      slot = slot_of(path, hash);  // erasing moves others
    }
    Counter& counter = counters_[id];
    hashes_[id] = hash;
    counter.excess = excess;
    counter.size = static_cast<std::uint8_t>(path.size());
    counter.cut = false;
    std::memcpy(counter.path.data(), path.data(), path.size());
    slots_[slot] = id;
  }
  counters_[id].cut |= path.size() < whole.size();
  increment(id);
}

// The slot of the path, or the empty slot where it would be.
std::size_t Unmatched::slot_of(std::string_view path, std::uint64_t hash) const noexcept {
  std::size_t slot = hash & (kSlots - 1);
  for (; slots_[slot] != kEmpty; slot = (slot + 1) & (kSlots - 1)) {
    const Id id = slots_[slot];
    if (hashes_[id] == hash && path == path_of(id)) break;
  }
  return slot;
}

// Closes the hole by moving back what its probing had pushed on, so that no search ends too early.
void Unmatched::erase_slot(std::size_t hole) noexcept {
  constexpr std::size_t kMask = kSlots - 1;
  for (std::size_t slot = (hole + 1) & kMask; slots_[slot] != kEmpty; slot = (slot + 1) & kMask) {
    const std::size_t home = hashes_[slots_[slot]] & kMask;
    if (((slot - home) & kMask) < ((slot - hole) & kMask)) continue;  // its home is after the hole
    slots_[hole] = slots_[slot];
    hole = slot;
  }
  slots_[hole] = kEmpty;
}

// Changes places with the last that has the same count: then the order holds after adding one. The search has
// no branch on counts, which a flood of new paths would make unpredictable.
void Unmatched::increment(Id id) noexcept {
  const std::size_t from = positions_[id];
  const std::uint64_t count = counts_[from];
  std::size_t to = from;
  for (std::size_t left = kCounters - from; left > 1;) {
    const std::size_t half = left / 2;
    to = counts_[to + half] <= count ? to + half : to;
    left -= half;
  }
  const Id other = ids_[to];
  ids_[from] = other;
  positions_[other] = static_cast<std::uint8_t>(from);
  ids_[to] = id;
  positions_[id] = static_cast<std::uint8_t>(to);
  ++counts_[to];
}

std::vector<Unmatched::Top> Unmatched::top(std::size_t n) const {
  std::vector<Top> all;
  all.reserve(used_);
  for (std::size_t id = 0; id < used_; ++id) {
    const Counter& counter = counters_[id];
    all.push_back(
        {std::string(path_of(static_cast<Id>(id))), counter.cut, counts_[positions_[id]], counter.excess});
  }
  std::sort(all.begin(), all.end(), [](const Top& a, const Top& b) {
    return std::forward_as_tuple(b.count - b.excess, b.count, a.path) <
           std::forward_as_tuple(a.count - a.excess, a.count, b.path);
  });
  if (all.size() > n) all.resize(n);
  return all;
}

}  // namespace routemeter::pipeline

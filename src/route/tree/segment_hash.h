// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "route/path/byte_words.h"

namespace routemeter::route {

/// The first bytes of a segment, then zeros.
struct SegmentWords {
  static constexpr std::size_t kBytes = 16;
  static constexpr std::size_t kMaxSize = 64;

  /// `size` is at most kMaxSize. Up to kBytes behind the segment are read.
  SegmentWords(const char* segment, std::size_t size) noexcept {
    // The bytes from kFirst + kMaxSize - n on keep the first n of as many.
    static constexpr auto kFirst = [] {
      std::array<char, kMaxSize + kBytes> bytes{};
      for (std::size_t i = 0; i < kMaxSize; ++i) bytes[i] = static_cast<char>(0xff);
      return bytes;
    }();
    const char* const first = kFirst.data() + kMaxSize - size;
    head = load64(segment) & load64(first);
    tail = load64(segment + 8) & load64(first + 8);
  }

  std::uint64_t hash() const noexcept { return mix(head ^ std::rotl(tail, 29), kMixA); }

  std::uint64_t head;
  std::uint64_t tail;
};

/// Of a segment of any size, all of it. Up to SegmentWords::kBytes behind it are read.
inline std::uint64_t segment_hash(std::string_view segment) noexcept {
  SegmentWords words(segment.data(), std::min(segment.size(), SegmentWords::kBytes));
  for (std::size_t at = SegmentWords::kBytes; at < segment.size(); at += 8) {
    words.head = mix(words.head ^ load64(segment.data() + std::min(at, segment.size() - 8)), kMixB);
  }
  return words.hash();
}

/// What the tree uses of a hash: a tag is from 1 to 127.
inline std::uint64_t hash_tag(std::uint64_t hash) noexcept { return hash >> 57 | 1; }
inline std::uint32_t hash_bucket(std::uint64_t hash, std::uint32_t mask) noexcept {
  return static_cast<std::uint32_t>(hash) & mask;
}

}  // namespace routemeter::route

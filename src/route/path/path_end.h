// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace routemeter::route {

/// Templates with more segments than this are matched by RE2 instead of the trie.
inline constexpr std::size_t kMaxSegments = 32;

/// Where segments end in the first 64 bytes of a path: bit i is set where byte i is a '/', or the path's end.
/// Most paths are not longer.
using SegmentEnds = std::uint64_t;
inline constexpr std::size_t kEndsBytes = 64;

SegmentEnds segment_ends(std::string_view path) noexcept;

/// A place between two segments of a path that begins with '/'.
struct Place {
  std::size_t at;    ///< of the '/' before the next segment, or the path's size behind the last one
  SegmentEnds ends;  ///< those behind `at`

  static Place first(SegmentEnds ends) noexcept { return {0, ends & ~SegmentEnds{1}}; }

  /// Where the next segment ends, if `ends` is not 0.
  std::size_t near_end() const noexcept { return static_cast<std::size_t>(__builtin_ctzll(ends)); }
  /// Where the next segment ends; there is one.
  std::size_t segment_end(std::string_view path) const noexcept {
    if (ends != 0) return near_end();
    return std::min(path.find('/', std::max(at + 1, kEndsBytes)), path.size());
  }
  /// Behind the next segment, which ends there.
  Place behind(std::size_t segment_end) const noexcept { return {segment_end, ends & (ends - 1)}; }
  /// Behind several segments that end at `there`.
  Place far_behind(std::size_t there) const noexcept {
    return {there, there < kEndsBytes ? ends & (~SegmentEnds{1} << there) : 0};
  }
};

/// Where the path ends in what begins with it: at a '?' or '#', or at the end.
struct PathEnd {
  SegmentEnds ends = 0;
  std::uint32_t size = 0;
  bool plain = true;  ///< neither '%' nor a byte from 0x80 up before the end
};

/// Finds a path's end and its segments in one look at its bytes, 64 a step with AVX2 or AVX-512 (chosen when
/// the program starts), 16 elsewhere. Up to `readable_end` may be read behind `text`; null = nothing.
class PathFinder {
 public:
  using Find = PathEnd (*)(std::string_view text, const char* readable_end) noexcept;
  /// The ways that this processor has, the best one first.
  static std::vector<Find> ways();

  static PathEnd find(std::string_view text, const char* readable_end) noexcept {
    return kBest(text, readable_end);
  }

 private:
  static const Find kBest;
};

}  // namespace routemeter::route

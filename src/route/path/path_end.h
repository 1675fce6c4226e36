// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "route/path/segments.h"

namespace routemeter::route {

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

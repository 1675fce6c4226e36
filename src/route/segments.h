// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "route/bytes16.h"

namespace routemeter::route {

/// Templates with more segments than this are matched by RE2 instead of the trie.
inline constexpr std::size_t kMaxSegments = 32;

/// Where the segments of a path begin and end: "/a/b" has "a" and "b", "/" has one that is empty.
struct Segments {
  std::array<std::uint32_t, kMaxSegments + 1>
      slash;  ///< the '/' before segment i; one past the last: its end
  std::uint32_t count = 0;
  bool complete = true;  ///< false: the path has more segments than were asked for

  std::string_view at(std::string_view path, std::uint32_t i) const noexcept {
    return {path.data() + slash[i] + 1, slash[i + 1] - slash[i] - 1};
  }
};

/// Splits a path that begins with '/', at most `limit` (1 to kMaxSegments) segments.
inline void split(std::string_view path, std::size_t limit, Segments& out) noexcept {
  std::size_t slashes = 0;
  for_blocks(path, [&](const Bytes16& bytes, std::size_t offset, std::uint32_t valid) {
    for (std::uint32_t mask = bytes.equal('/') & valid; mask != 0; mask &= mask - 1) {
      out.slash[slashes] =
          static_cast<std::uint32_t>(offset) + static_cast<std::uint32_t>(__builtin_ctz(mask));
      if (++slashes > limit) return false;
    }
    return true;
  });
  out.complete = slashes <= limit;
  out.count = static_cast<std::uint32_t>(out.complete ? slashes : limit);
  if (out.complete) out.slash[slashes] = static_cast<std::uint32_t>(path.size());
}

}  // namespace routemeter::route

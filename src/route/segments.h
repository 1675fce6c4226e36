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
  /// So many entries may be written behind the last one that counts: the places of 64 bytes are written
  /// before they are counted, in groups.
  static constexpr std::size_t kSlack = 80;
  std::array<std::uint32_t, kMaxSegments + 1 + kSlack>
      slash;  ///< the '/' before segment i; one past the last: its end
  std::uint32_t count = 0;
  bool complete = true;  ///< false: the path has more than kMaxSegments, the rest is not here

  std::string_view at(std::string_view path, std::uint32_t i) const noexcept {
    return {path.data() + slash[i] + 1, slash[i + 1] - slash[i] - 1};
  }

  /// After the first `found` slashes, all or more than fit, were written.
  void finish(std::size_t found, std::size_t path_size) noexcept {
    complete = found <= kMaxSegments;
    count = static_cast<std::uint32_t>(complete ? found : kMaxSegments);
    if (complete) slash[found] = static_cast<std::uint32_t>(path_size);
  }
};

/// Collects the segments of a path while its bytes are looked at for something else too.
class Splitter {
 public:
  explicit Splitter(Segments& out) noexcept : out_(out) {}

  /// Takes the '/' of one block; false when there are more than fit.
  bool add(std::uint32_t slashes, std::size_t offset) noexcept {
    for (; slashes != 0; slashes &= slashes - 1) {
      if (count_ > kMaxSegments) return false;
      out_.slash[count_++] =
          static_cast<std::uint32_t>(offset) + static_cast<std::uint32_t>(__builtin_ctz(slashes));
    }
    return true;
  }

  void finish(std::size_t path_size) noexcept { out_.finish(count_, path_size); }

 private:
  Segments& out_;
  std::size_t count_ = 0;
};

/// Splits a path that begins with '/'.
inline void split(std::string_view path, Segments& out) noexcept {
  Splitter splitter(out);
  for_blocks(path, [&](const Bytes16& bytes, std::size_t offset, std::uint32_t valid) {
    return splitter.add(bytes.equal('/') & valid, offset);
  });
  splitter.finish(path.size());
}

}  // namespace routemeter::route

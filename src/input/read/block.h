// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace routemeter::input {

/// A run of complete lines. `text` ends in '\n' (the last line of an input that lacks one gets it), holds no
/// NUL run at a line's start and no line longer than kMaxLine. It sees the block's buffer until the next
/// read; kBlockPadding bytes behind it may be read. Empty when only `too_long` has something to say.
struct Block {
  std::string_view text;
  std::uint64_t too_long = 0;  ///< lines skipped before or within this block
  std::vector<char> buffer;    ///< owned; reused by the next read into this block
};

}  // namespace routemeter::input

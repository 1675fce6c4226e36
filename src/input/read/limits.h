// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace routemeter::input {

/// Longest line in bytes, without its line end and without leading NULs. Longer ones are skipped in constant
/// memory and counted (too_long). nginx's defaults allow about 32 KiB of headers, times 4 for \xNN.
inline constexpr std::size_t kMaxLine = std::size_t{256} * 1024;

/// Bytes that a block holds at most.
inline constexpr std::size_t kBlockSize = std::size_t{1024} * 1024;

/// Bytes that a block usually gets in one read: what the kernel has just copied is still in the second-level
/// cache when it is scanned.
inline constexpr std::size_t kReadSize = std::size_t{256} * 1024;

/// Bytes of a file's beginning that tell its format.
inline constexpr std::size_t kHeadBytes = std::size_t{256} * 1024;

/// Bytes behind a block's text that may be read (not interpreted): vector loads and simdjson run over the
/// end of what they scan.
inline constexpr std::size_t kBlockPadding = 64;

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "util/bytes.h"

// Bytes as words, for hashes and comparisons: the first byte is the lowest on any machine.

namespace routemeter::route {

using util::load64;

inline std::uint32_t load32(const char* from) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap32(value);
  return value;
}

/// 0 to 7 bytes, then zeros.
inline std::uint64_t load_short(const char* from, std::size_t size) noexcept {
  if (size >= 4) {
    return load32(from) | static_cast<std::uint64_t>(load32(from + size - 4)) << (8 * (size - 4));
  }
  if (size == 0) return 0;
  const auto byte = [from](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(from[i]));
  };
  return byte(0) | byte(size / 2) << (8 * (size / 2)) | byte(size - 1) << (8 * (size - 1));
}

inline constexpr std::uint64_t kMixA = 0x9e3779b97f4a7c15U;
inline constexpr std::uint64_t kMixB = 0xd1b54a32d192ed03U;

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace routemeter::util {

/// Eight bytes as a number: the first byte is the lowest on any machine.
inline std::uint64_t load64(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// The highest bit of each byte that is 0 (Mycroft's test): right up to the first such byte, above it a byte
/// of 1 may be taken for 0.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
  return (word - 0x0101010101010101U) & ~word & 0x8080808080808080U;
}

/// The same byte eight times.
constexpr std::uint64_t eight_times(char byte) noexcept {
  return 0x0101010101010101U * static_cast<unsigned char>(byte);
}

}  // namespace routemeter::util

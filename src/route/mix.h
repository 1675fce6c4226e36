// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>

// The pieces of the hashes in this folder. Their values never leave the process.

namespace routemeter::route {

inline constexpr std::uint64_t kMixA = 0x9e3779b97f4a7c15U;
inline constexpr std::uint64_t kMixB = 0xd1b54a32d192ed03U;

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t load64(const char* from) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

inline std::uint64_t load32(const char* from) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace routemeter::route

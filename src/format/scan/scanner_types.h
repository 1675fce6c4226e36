// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "util/bytes.h"

namespace routemeter::format {

/// Which bytes a field of a text format can hold; as regular expressions in the comments.
enum class FieldClass : std::uint8_t {
  kToken,    ///< [^ "]*            numbers, addresses, names that the server makes
  kPort,     ///< [^ ":]*           what stands behind host:
  kHost,     ///< [^ "/\\]*         what stands directly before a path
  kBracket,  ///< [^\[\]"]*         a time
  kText,     ///< (?:[^"\\]|\\.)*   what a client may have sent, its quotes escaped
  kAny,      ///< .*                the same, not escaped (escape=none)
  kList  ///< E(?:(?:, | : )E)* with E = [^ ",]*; takes as many elements as there are, never gives one back
};

using util::load64;

/// The first eight bytes of a literal, or those that it has, to be compared at once.
struct Head {
  std::uint64_t bytes = 0;
  std::uint64_t mask = 0;

  Head() = default;
  explicit Head(std::string_view literal) noexcept {
    char text[sizeof bytes] = {};
    char used[sizeof mask] = {};
    const std::size_t size = std::min(literal.size(), sizeof bytes);
    std::memcpy(text, literal.data(), size);
    std::memset(used, 0xFF, size);
    bytes = load64(text);
    mask = load64(used);
  }
  /// What differs in the eight bytes at `at`.
  std::uint64_t differs(const char* at) const noexcept { return (load64(at) ^ bytes) & mask; }
};

/// Nobody needs the field's text.
inline constexpr std::uint8_t kNoSlot = 255;

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace routemeter::format {

/// The bytes that a field of a text format can hold; as regular expressions in the comments.
enum class FieldClass : std::uint8_t {
  kToken,    ///< [^ "]*            numbers, addresses, names that the server makes
  kPort,     ///< [^ ":]*           what stands behind host:
  kHost,     ///< [^ "/\\]*         what stands directly before a path
  kBracket,  ///< [^\[\]"]*         a time
  kText,     ///< (?:[^"\\]|\\.)*   what a client may have sent, its quotes escaped
  kAny,      ///< .*                the same, not escaped (escape=none)
  kList  ///< E(?:(?:, | : )E)* with E = [^ ",]*; takes as many elements as there are, never gives one back
};

/// The bytes that a field of a class cannot hold, so that they end it; a list has rules of its own.
constexpr std::string_view ends_of(FieldClass cls) {
  constexpr std::array<std::string_view, 7> kEnds = {" \"", " \":", " \"/\\", "[]\"", "\"", "", ""};
  return kEnds[static_cast<std::size_t>(cls)];
}

/// Nobody needs the field's text.
inline constexpr std::uint8_t kNoSlot = 255;

}  // namespace routemeter::format

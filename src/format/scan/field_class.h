// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

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

/// Nobody needs the field's text.
inline constexpr std::uint8_t kNoSlot = 255;

}  // namespace routemeter::format

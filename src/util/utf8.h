// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace routemeter::util {

/// Bytes of the well-formed UTF-8 character at the start of `text` (1..4), or 0 when there is none
/// (overlong forms, surrogates and truncated sequences are none). `text` is not empty.
std::size_t utf8_length(std::string_view text);

/// For text whose utf8_length() is 0: the bytes that one U+FFFD stands for (the maximal subpart, as
/// Unicode 3.9 and Python's errors="replace" have it), at least 1.
std::size_t utf8_bad_length(std::string_view text);

/// The number of characters in well-formed text.
inline std::size_t utf8_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// The code point of one well-formed character.
char32_t utf8_decode(std::string_view character);

/// Appends one code point, which is no surrogate.
void append_utf8(std::string& out, char32_t code);

/// True when all of `text` is well-formed.
bool utf8_valid(std::string_view text);

/// Appends `text` with each ill-formed subpart replaced by U+FFFD.
void append_utf8_repaired(std::string& out, std::string_view text);

}  // namespace routemeter::util

// SPDX-License-Identifier: Apache-2.0
#include "format/value/log_escape.h"

#include <charconv>
#include <cstring>

#include "util/ascii.h"
#include "util/utf8.h"

namespace routemeter::format {
namespace {

/// The number that `digits` hexadecimal digits at `at` make, or -1.
int read_hex(std::string_view text, std::size_t at, std::size_t digits) {
  unsigned value = 0;
  const char* const begin = text.data() + at;
  const bool is_there = text.size() - at >= digits;
  const auto [end, error] = std::from_chars(begin, begin + (is_there ? digits : 0), value, 16);
  return error == std::errc() && end == begin + digits ? static_cast<int>(value) : -1;
}

/// The byte that a letter after a backslash stands for, or -1.
int simple_escape(char letter, EscapeStyle style) {
  constexpr std::string_view kLetters = "\"\\bnrtvf/";
  constexpr std::string_view kBytes = "\"\\\b\n\r\t\v\f/";
  if (std::string_view(style == EscapeStyle::kJson ? "v" : "f/").find(letter) != std::string_view::npos)
    return -1;
  const std::size_t which = kLetters.find(letter);
  return which == std::string_view::npos ? -1 : kBytes[which];
}

/// Reads \uXXXX at `at` (the backslash), a surrogate pair as one; returns the bytes taken, 0 when it is none.
std::size_t append_unicode(std::string_view text, std::size_t at, std::string& out) {
  const int code = read_hex(text, at + 2, 4);
  if (code < 0) return 0;
  if (code >= 0xD800 && code < 0xDC00 && text.size() - at >= 12 && text[at + 6] == '\\' &&
      text[at + 7] == 'u') {
    const int low = read_hex(text, at + 8, 4);
    if (low >= 0xDC00 && low < 0xE000) {
      util::append_utf8(out, static_cast<char32_t>(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)));
      return 12;
    }
  }
  const bool half = code >= 0xD800 && code < 0xE000;  // half a pair is no character
  util::append_utf8(out, half ? U'\uFFFD' : static_cast<char32_t>(code));
  return 6;
}

/// Appends what the escape at `at` (the backslash) stands for; returns the bytes taken, 0 when it is none.
std::size_t append_escape(std::string_view text, std::size_t at, EscapeStyle style, std::string& out) {
  if (at + 1 == text.size()) return 0;
  const char letter = text[at + 1];
  if (letter == 'x' && style == EscapeStyle::kBackslash) {
    const int byte = read_hex(text, at + 2, 2);
    if (byte < 0) return 0;
    out.push_back(static_cast<char>(byte));
    return 4;
  }
  if (letter == 'u' && style == EscapeStyle::kJson) return append_unicode(text, at, out);
  const int byte = simple_escape(letter, style);
  if (byte < 0) return 0;
  out.push_back(static_cast<char>(byte));
  return 2;
}

}  // namespace

std::string_view unescape(std::string_view text, EscapeStyle style, std::string& scratch) {
  if (style == EscapeStyle::kNone || text.empty()) return text;
  const void* first = std::memchr(text.data(), '\\', text.size());
  if (first == nullptr) return text;
  std::size_t at = static_cast<std::size_t>(static_cast<const char*>(first) - text.data());
  scratch.assign(text.substr(0, at));
  while (at < text.size()) {
    const std::size_t taken = text[at] == '\\' ? append_escape(text, at, style, scratch) : 0;
    if (taken == 0) scratch.push_back(text[at]);
    at += taken == 0 ? 1 : taken;
  }
  return scratch;
}

}  // namespace routemeter::format

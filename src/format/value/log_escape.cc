// SPDX-License-Identifier: Apache-2.0
#include "format/value/log_escape.h"

#include <cstring>

namespace routemeter::format {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The number that `digits` hexadecimal digits at `at` make, or -1.
int read_hex(std::string_view text, std::size_t at, std::size_t digits) {
  if (text.size() - at < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = hex_value(text[at + i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/// The byte that a letter after a backslash stands for, or -1.
int simple_escape(char letter, EscapeStyle style) {
  switch (letter) {
    case '"':
    case '\\':
      return letter;
    case 'b':
      return '\b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return style == EscapeStyle::kBackslash ? '\v' : -1;
    case 'f':
      return style == EscapeStyle::kJson ? '\f' : -1;
    case '/':
      return style == EscapeStyle::kJson ? '/' : -1;
    default:
      return -1;
  }
}

void append_utf8(int code, std::string& out) {
  const auto put = [&out](int byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// Reads \uXXXX at `at` (the backslash), a surrogate pair as one; returns the bytes taken, 0 when it is none.
std::size_t append_unicode(std::string_view text, std::size_t at, std::string& out) {
  const int code = read_hex(text, at + 2, 4);
  if (code < 0) return 0;
  if (code >= 0xD800 && code < 0xDC00 && text.size() - at >= 12 && text[at + 6] == '\\' &&
      text[at + 7] == 'u') {
    const int low = read_hex(text, at + 8, 4);
    if (low >= 0xDC00 && low < 0xE000) {
      append_utf8(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00), out);
      return 12;
    }
  }
  if (code >= 0xD800 && code < 0xE000) {
    append_utf8(0xFFFD, out);  // half a pair is no character
  } else {
    append_utf8(code, out);
  }
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

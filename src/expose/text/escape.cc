// SPDX-License-Identifier: Apache-2.0
#include "expose/text/escape.h"

#include <cstddef>
#include <cstdint>

namespace routemeter::expose {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 if there is none. Overlong forms and
// surrogates are not well-formed (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
  };
  const auto within = [&byte](std::size_t i, unsigned low, unsigned high) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first >= 0xC2 && first <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

void append_escaped(std::string& out, std::string_view text, bool quoted) {
  std::size_t done = 0;  // what is before it has been appended
  std::size_t at = 0;
  const auto replace = [&](std::string_view with) {
    out += text.substr(done, at - done);
    out += with;
    done = ++at;
  };
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\\') {
      replace("\\\\");
    } else if (c == '\n') {
      replace("\\n");
    } else if (c == '"' && quoted) {
      replace("\\\"");
    } else if (static_cast<std::uint8_t>(c) < 0x80) {
      ++at;
    } else if (const std::size_t length = sequence_length(text.substr(at)); length != 0) {
      at += length;
    } else {
      replace(kReplacement);
    }
  }
  out += text.substr(done);
}

}  // namespace

void append_label_value(std::string& out, std::string_view text) { append_escaped(out, text, true); }

void append_help(std::string& out, std::string_view text) { append_escaped(out, text, false); }

}  // namespace routemeter::expose

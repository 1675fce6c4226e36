// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace routemeter::util {

/// `text` made safe for a terminal and for UTF-8 consumers: control bytes (C0, DEL, C1), bytes that are not
/// UTF-8 become \xNN, characters that show nothing or turn the direction of writing \u{NNNN}. A text longer
/// than `limit` bytes is cut at a character and gets "...".
std::string printable(std::string_view text, std::size_t limit = std::string_view::npos);

/// Appends a byte of text to HTML or XML, for content and for attributes in double quotes.
inline void append_markup(std::string& out, char c) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    default:
      out += c;
  }
}

}  // namespace routemeter::util

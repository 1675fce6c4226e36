// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace routemeter::util {

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

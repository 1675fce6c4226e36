// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "util/ascii.h"

namespace routemeter::format {

/// How a logger writes bytes that would break its line.
enum class EscapeStyle : std::uint8_t {
  kNone,       ///< as they are
  kBackslash,  ///< \xHH, and Apache's \" \\ \b \n \r \t \v (nginx writes only \xHH, so one reader does for
               ///< both)
  kJson        ///< \" \\ \/ \b \f \n \r \t \uXXXX
};

/// Undoes the escapes of `text`. Returns `text` itself when it has none, else a view of `scratch`, which is
/// overwritten. An escape that is none stays as it stands.
std::string_view unescape(std::string_view text, EscapeStyle style, std::string& scratch);

/// Length of the colour sequences (ESC [ digits and semicolons m) at the start of `text`; 0 = none.
/// uvicorn and docker compose write them when they are told to, whatever the output is.
inline std::size_t ansi_colour_length(std::string_view text) noexcept {
  std::size_t end = 0;
  while (text.size() - end >= 3 && text[end] == '\x1b' && text[end + 1] == '[') {
    std::size_t at = end + 2;
    while (at < text.size() && (util::is_digit(text[at]) || text[at] == ';')) ++at;
    if (at == text.size() || text[at] != 'm') break;
    end = at + 1;
  }
  return end;
}

}  // namespace routemeter::format

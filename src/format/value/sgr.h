// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace routemeter::format {

/// Length of the colour sequences (ESC [ digits and semicolons m) at the start of `text`; 0 = none.
/// uvicorn and docker compose write them when they are told to, whatever the output is.
inline std::size_t sgr_length(std::string_view text) noexcept {
  std::size_t end = 0;
  while (text.size() - end >= 3 && text[end] == '\x1b' && text[end + 1] == '[') {
    std::size_t at = end + 2;
    while (at < text.size() && ((text[at] >= '0' && text[at] <= '9') || text[at] == ';')) ++at;
    if (at == text.size() || text[at] != 'm') break;
    end = at + 1;
  }
  return end;
}

}  // namespace routemeter::format

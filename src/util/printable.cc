// SPDX-License-Identifier: Apache-2.0
#include "util/printable.h"

#include "util/utf8.h"

namespace routemeter::util {

std::string printable(std::string_view text, std::size_t limit) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  std::size_t i = 0;
  while (i < text.size()) {
    if (i >= limit) {
      out += "...";
      break;
    }
    const std::size_t length = utf8_length(text.substr(i));
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    const bool plain = length > 1 ? !c1 : length == 1 && byte >= 0x20 && byte != 0x7F;
    const std::size_t step = length == 0 ? 1 : length;
    if (plain) {
      out.append(text, i, step);
    } else {
      for (std::size_t k = i; k < i + step; ++k) {
        const auto b = static_cast<unsigned char>(text[k]);
        out += "\\x";
        out += kHex[b >> 4];
        out += kHex[b & 15];
      }
    }
    i += step;
  }
  return out;
}

}  // namespace routemeter::util

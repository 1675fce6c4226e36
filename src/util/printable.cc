// SPDX-License-Identifier: Apache-2.0
#include "util/printable.h"

#include "util/utf8.h"

namespace routemeter::util {
namespace {

// Characters that show nothing, or move what stands around them: zero width, line and paragraph separators,
// directions of writing (Unicode's Trojan Source), byte order marks. All have three bytes.
bool is_deceptive(std::string_view character) {
  if (character.size() != 3) return character == "\xD8\x9C";  // U+061C
  const auto second = static_cast<unsigned char>(character[1]);
  const auto third = static_cast<unsigned char>(character[2]);
  switch (static_cast<unsigned char>(character[0])) {
    case 0xE2:  // U+200B-200F, U+2028-202E, U+2060-206F
      return (second == 0x80 && ((third >= 0x8B && third <= 0x8F) || (third >= 0xA8 && third <= 0xAE))) ||
             (second == 0x81 && third >= 0xA0 && third <= 0xAF);
    case 0xEF:  // U+FEFF
      return second == 0xBB && third == 0xBF;
    default:
      return false;
  }
}

}  // namespace

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
    const bool plain = length > 1 ? !c1 && !is_deceptive(text.substr(i, length))
                                  : length == 1 && byte >= 0x20 && byte != 0x7F;
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

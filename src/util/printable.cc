// SPDX-License-Identifier: Apache-2.0
#include "util/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "util/fmt.h"
#include "util/utf8.h"

namespace routemeter::util {
namespace {

struct CodeRange {
  char32_t first, last;
};
// Left as they are, these would let one path look like another, or turn the text around it.
constexpr std::array<CodeRange, 7> kDeceptive = {{{0x061C, 0x061C},
                                                  {0x200B, 0x200F},
                                                  {0x2028, 0x202E},
                                                  {0x2060, 0x206F},
                                                  {0xFEFF, 0xFEFF},
                                                  {0xFFF9, 0xFFFB},
                                                  {0xE0000, 0xE007F}}};

bool is_deceptive(char32_t character) {
  return std::any_of(kDeceptive.begin(), kDeceptive.end(), [character](const CodeRange& range) {
    return character >= range.first && character <= range.last;
  });
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
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
    if (length > 1 && is_deceptive(utf8_decode(text.substr(i, length)))) {
      const auto code = static_cast<std::uint32_t>(utf8_decode(text.substr(i, length)));
      out += fmt::format("\\u{{{:X}}}", code);
    } else if (plain) {
      out.append(text, i, step);
    } else {
      for (const char b : text.substr(i, step))
        out += fmt::format("\\x{:02X}", static_cast<unsigned char>(b));
    }
    i += step;
  }
  return out;
}

}  // namespace routemeter::util

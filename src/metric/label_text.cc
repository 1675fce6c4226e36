// SPDX-License-Identifier: Apache-2.0
#include "metric/label_text.h"

#include <algorithm>
#include <cstring>

namespace routemeter::metric {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct Rune {
  std::size_t length = 1;  // of the sequence, or of the broken part to replace
  bool valid = false;
};

unsigned byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// The table of well-formed sequences (Unicode 15, table 3-7). A broken one ends before the first byte that
// cannot continue it, as the WHATWG decoder and Python do.
Rune rune_at(std::string_view text, std::size_t at) {
  const unsigned lead = byte_at(text, at);
  if (lead < 0x80) return {1, true};
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return {1, false};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= text.size() || byte_at(text, at + i) < low || byte_at(text, at + i) > high)
      return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

bool is_plain(char c) { return c >= 0x20 && c < 0x7F; }

}  // namespace

std::string_view clean_label(std::string_view raw, LabelBuffer& buffer) noexcept {
  if (raw.size() <= kMaxLabelBytes && std::all_of(raw.begin(), raw.end(), is_plain)) return raw;
  std::size_t size = 0;
  std::array<char, 4> escape{};
  for (std::size_t i = 0; i < raw.size();) {
    const Rune rune = rune_at(raw, i);
    std::string_view piece = rune.valid ? raw.substr(i, rune.length) : kReplacement;
    unsigned code = byte_at(raw, i);
    if (rune.valid && rune.length == 2 && code == 0xC2) code = byte_at(raw, i + 1);
    if (rune.valid && (code < 0x20 || (code >= 0x7F && code < 0xA0))) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      escape = {'\\', 'x', kHex[code >> 4], kHex[code & 15]};
      piece = {escape.data(), escape.size()};
    }
    if (size + piece.size() > buffer.size()) break;
    std::memcpy(buffer.data() + size, piece.data(), piece.size());
    size += piece.size();
    i += rune.length;
  }
  return {buffer.data(), size};
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const Rune rune = rune_at(text, i);
    if (!rune.valid) return false;
    i += rune.length;
  }
  return true;
}

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include "util/utf8.h"

namespace routemeter::util {
namespace {

struct Lead {
  std::size_t length;  // 0 = no lead byte
  unsigned char low;   // allowed range of the second byte (Unicode table 3-7)
  unsigned char high;
};

Lead lead_of(unsigned char b) {
  if (b < 0x80) return {1, 0, 0};
  if (b < 0xC2) return {0, 0, 0};
  if (b < 0xE0) return {2, 0x80, 0xBF};
  if (b == 0xE0) return {3, 0xA0, 0xBF};
  if (b == 0xED) return {3, 0x80, 0x9F};
  if (b < 0xF0) return {3, 0x80, 0xBF};
  if (b == 0xF0) return {4, 0x90, 0xBF};
  if (b < 0xF4) return {4, 0x80, 0xBF};
  if (b == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

// Number of bytes that are right from the start on, and in `complete` whether that is a whole character.
std::size_t good_prefix(std::string_view text, bool& complete) {
  const Lead lead = lead_of(static_cast<unsigned char>(text[0]));
  complete = false;
  if (lead.length == 0) return 0;
  std::size_t i = 1;
  for (; i < lead.length && i < text.size(); ++i) {
    const auto b = static_cast<unsigned char>(text[i]);
    const unsigned char low = i == 1 ? lead.low : 0x80;
    const unsigned char high = i == 1 ? lead.high : 0xBF;
    if (b < low || b > high) return i;
  }
  complete = i == lead.length;
  return i;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  bool complete = false;
  const std::size_t good = good_prefix(text, complete);
  return complete ? good : 0;
}

std::size_t utf8_bad_length(std::string_view text) {
  bool complete = false;
  const std::size_t good = good_prefix(text, complete);
  return good == 0 ? 1 : good;
}

char32_t utf8_decode(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  char32_t c = lead & (0xFFU >> (character.size() + 1));
  for (const char b : character.substr(1)) c = (c << 6) | (static_cast<unsigned char>(b) & 0x3FU);
  return c;
}

void append_utf8(std::string& out, char32_t code) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code >= 0x10000) {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
  } else if (code >= 0x800) {
    put(0xE0 | code >> 12);
  }
  put(code < 0x800 ? 0xC0 | code >> 6 : 0x80 | (code >> 6 & 0x3F));
  put(0x80 | (code & 0x3F));
}

bool utf8_valid(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) return false;
    i += length;
  }
  return true;
}

void append_utf8_repaired(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (const std::size_t length = utf8_length(rest); length > 0) {
      out.append(rest, 0, length);
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      i += utf8_bad_length(rest);
    }
  }
}

}  // namespace routemeter::util

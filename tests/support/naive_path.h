// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

// What route/path/path.h does, written as plainly as can be: the reference of its property test and fuzz
// target.

namespace routemeter::testing {

/// Unicode 3.9, table 3-7: bytes of the well-formed character at the start, or minus the maximal subpart.
inline int utf8_step(std::string_view s) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  struct Form {
    unsigned first_low, first_high, second_low, second_high;
    int length;
  };
  constexpr Form kForms[] = {
      {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
      {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
      {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
  for (const Form& form : kForms) {
    if (byte(0) < form.first_low || byte(0) > form.first_high) continue;
    for (int i = 1; i < form.length; ++i) {
      const unsigned low = i == 1 ? form.second_low : 0x80;
      const unsigned high = i == 1 ? form.second_high : 0xbf;
      const unsigned here = byte(static_cast<std::size_t>(i));
      if (here < low || here > high) return -i;
    }
    return form.length;
  }
  return -1;
}

inline std::string naive_repair(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const int step = utf8_step(bytes);
    if (step > 0) {
      out += bytes.substr(0, static_cast<std::size_t>(step));
    } else {
      out += "\xEF\xBF\xBD";
    }
    bytes.remove_prefix(static_cast<std::size_t>(std::abs(step)));
  }
  return out;
}

inline std::string naive_path(std::string_view target) {
  const auto is_alnum = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  std::string text(target);
  text = text.substr(0, text.find_first_of("?#"));
  const std::size_t colon = text.find("://");
  bool scheme =
      colon != std::string::npos && colon > 0 && is_alnum(text[0]) && !(text[0] >= '0' && text[0] <= '9');
  for (std::size_t i = 0; scheme && i < colon; ++i) {
    scheme = is_alnum(text[i]) || text[i] == '+' || text[i] == '-' || text[i] == '.';
  }
  if (scheme) {
    const std::size_t slash = text.find('/', colon + 3);
    text = slash == std::string::npos ? "/" : text.substr(slash);
  }
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2])) {
      decoded += static_cast<char>(std::strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return naive_repair(decoded);
}

}  // namespace routemeter::testing

// SPDX-License-Identifier: Apache-2.0
#include "expose/header/credentials.h"

#include <cstdint>

#include "expose/header/header_list.h"

namespace routemeter::expose {
namespace {

constexpr std::string_view kBasicScheme = "Basic ";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::optional<std::string> decode_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFF);
  }
  return out;
}

}  // namespace

std::optional<Credentials> parse_authorization(std::string_view header) {
  if (!same_ignoring_case(header.substr(0, kBasicScheme.size()), kBasicScheme)) return std::nullopt;
  header.remove_prefix(kBasicScheme.size());
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  const auto text = decode_base64(header);
  if (!text || text->find('\0') != std::string::npos) return std::nullopt;
  const std::size_t colon = text->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace routemeter::expose

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace routemeter::model {

/// The methods of RFC 9110, PATCH and QUERY; a method's number is its place here.
inline constexpr std::array<std::string_view, 10> kMethods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"};
inline constexpr std::uint8_t kUnknownMethod = 10;
/// Not a number: whoever wants it has to ask method_number().
inline constexpr std::uint8_t kMethodNotAsked = 255;

/// A method's number, or kUnknownMethod. Methods are case-sensitive (RFC 9110, 9.1).
constexpr std::uint8_t method_number(std::string_view text) noexcept {
  const auto is = [text](std::uint8_t number) { return text == kMethods[number] ? number : kUnknownMethod; };
  switch (text.size()) {
    case 3:
      return text[0] == 'G' ? is(0) : is(3);
    case 4:
      return text[0] == 'P' ? is(2) : is(1);
    case 5:
      return text[0] == 'P' ? is(8) : (text[0] == 'T' ? is(7) : is(9));
    case 6:
      return is(4);
    case 7:
      return text[0] == 'O' ? is(6) : is(5);
    default:
      return kUnknownMethod;
  }
}

}  // namespace routemeter::model

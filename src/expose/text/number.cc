// SPDX-License-Identifier: Apache-2.0
#include "expose/text/number.h"

#include <array>
#include <charconv>
#include <string_view>

#include "expose/text/text.h"

namespace routemeter::expose {
namespace {

constexpr std::uint64_t kTenTo19 = 10'000'000'000'000'000'000U;
constexpr std::size_t kLongestSum = 39;  // digits of 2^128 - 1

// The decimal digits of a 128-bit number, at the end of a buffer that the caller owns.
std::string_view digits_of(model::Sum value, std::array<char, kLongestSum>& buffer) {
  std::size_t at = buffer.size();
  while (value > UINT64_MAX) {
    auto low = static_cast<std::uint64_t>(value % kTenTo19);
    value /= kTenTo19;
    for (int i = 0; i < 19; ++i, low /= 10) buffer[--at] = static_cast<char>('0' + low % 10);
  }
  auto high = static_cast<std::uint64_t>(value);
  do {
    buffer[--at] = static_cast<char>('0' + high % 10);
    high /= 10;
  } while (high != 0);
  return {buffer.data() + at, buffer.size() - at};
}

}  // namespace

void append_integer(std::string& out, std::uint64_t value) {
  std::array<char, 20> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void append_decimal(std::string& out, model::Sum value, int decimals) {
  std::array<char, kLongestSum> buffer;
  std::string_view digits = digits_of(value, buffer);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() > places) {
    out += digits.substr(0, digits.size() - places);
    digits.remove_prefix(digits.size() - places);
  } else {
    out += '0';
  }
  const std::size_t missing = places - digits.size();
  while (!digits.empty() && digits.back() == '0') digits.remove_suffix(1);
  if (digits.empty()) return;
  out += '.';
  out.append(missing, '0');
  out += digits;
}

std::string format_decimal(model::Sum value, int decimals) {
  std::string out;
  append_decimal(out, value, decimals);
  return out;
}

}  // namespace routemeter::expose

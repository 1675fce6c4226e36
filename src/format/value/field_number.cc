// SPDX-License-Identifier: Apache-2.0
#include "format/value/field_number.h"

#include <algorithm>
#include <array>
#include <limits>

#include "util/ascii.h"

namespace routemeter::format {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();

bool append_digit(std::uint64_t& value, unsigned digit) {
  if (value > (kMax - digit) / 10) return false;
  value = value * 10 + digit;
  return true;
}

/// The common case: up to nine digits before the point and no more after it than the unit has. False: look
/// closer.
bool parse_simple(std::string_view text, std::size_t decimals, std::uint64_t& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() == 5 && at[1] == '.' && decimals >= 3) {
    // "0.031": what nginx writes for nearly every request.
    const unsigned a = static_cast<unsigned char>(at[0]) - unsigned{'0'};
    const unsigned b = static_cast<unsigned char>(at[2]) - unsigned{'0'};
    const unsigned c = static_cast<unsigned char>(at[3]) - unsigned{'0'};
    const unsigned d = static_cast<unsigned char>(at[4]) - unsigned{'0'};
    if (a > 9 || b > 9 || c > 9 || d > 9) return false;
    out = std::uint64_t{a * 1000 + b * 100 + c * 10 + d} * kPowersOfTen[decimals - 3];
    return true;
  }
  std::uint64_t value = 0;
  unsigned digit = 0;
  while (at != end && (digit = static_cast<unsigned char>(*at) - unsigned{'0'}) < 10) {
    value = value * 10 + digit;
    ++at;
  }
  const auto whole = at - text.data();
  if (whole == 0 || whole > 9) return false;
  if (at != end) {
    if (*at++ != '.') return false;
    const auto fraction = static_cast<std::size_t>(end - at);
    if (fraction > decimals) return false;
    decimals -= fraction;
    while (at != end && (digit = static_cast<unsigned char>(*at) - unsigned{'0'}) < 10) {
      value = value * 10 + digit;
      ++at;
    }
    if (at != end) return false;
  }
  out = value * kPowersOfTen[decimals];
  return true;
}

/// A decimal number taken apart: digits without the point and leading zeros, times 10^-scale.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;
  long exponent = 0;
};

bool split_decimal(std::string_view text, Decimal& out) {
  std::size_t at = 0;
  while (at < text.size() && util::is_digit(text[at])) ++at;
  out.whole = text.substr(0, at);
  if (at < text.size() && text[at] == '.') {
    const std::size_t from = ++at;
    while (at < text.size() && util::is_digit(text[at])) ++at;
    out.fraction = text.substr(from, at - from);
  }
  if (out.whole.empty() && out.fraction.empty()) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  bool negative = false;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
  if (at == text.size()) return false;
  for (; at < text.size(); ++at) {
    if (!util::is_digit(text[at])) return false;
    // More than any line's digits could balance; keeps the arithmetic below from overflowing.
    if (out.exponent < 100'000'000) out.exponent = out.exponent * 10 + (text[at] - '0');
  }
  if (negative) out.exponent = -out.exponent;
  return true;
}

/// Digits before the (shifted) point make the value; the first one behind it and whether anything follows
/// decide the rounding.
bool scale(const Decimal& decimal, std::size_t decimals, std::uint64_t& out) {
  const long keep = static_cast<long>(decimal.whole.size()) + decimal.exponent + static_cast<long>(decimals);
  std::uint64_t value = 0;
  unsigned next = 0;
  bool more = false;
  long index = 0;
  for (const std::string_view part : {decimal.whole, decimal.fraction}) {
    for (const char c : part) {
      const auto digit = static_cast<unsigned>(c - '0');
      if (index < keep) {
        if (!append_digit(value, digit)) return false;
      } else if (index == keep) {
        next = digit;
      } else if (digit != 0) {
        more = true;
      }
      ++index;
    }
  }
  for (; index < keep && value != 0; ++index) {
    if (!append_digit(value, 0)) return false;
  }
  if (next > 5 || (next == 5 && (more || (value & 1) != 0))) ++value;
  if (value > kMax) return false;
  out = value;
  return true;
}

bool is_absent(std::string_view text) { return text.empty() || (text.size() == 1 && text[0] == '-'); }

/// Sums the elements of "a, b : c" with `read`, a function (text, value) -> Known.
template <typename Read>
Known read_list(std::string_view text, std::uint64_t& out, Read read) {
  std::uint64_t sum = 0;
  Known known = Known::kUnknown;
  while (true) {
    std::size_t end = 0;
    std::size_t skip = 0;
    for (; end < text.size(); ++end) {
      if (text[end] == ',' && text.substr(end, 2) == ", ") skip = 2;
      if (text[end] == ' ' && text.substr(end, 3) == " : ") skip = 3;
      if (skip != 0) break;
    }
    std::uint64_t value = 0;
    switch (read(text.substr(0, end), value)) {
      case Known::kBad:
        return Known::kBad;
      case Known::kValue:
        if (value > kMax - sum) return Known::kBad;
        sum += value;
        known = Known::kValue;
        break;
      case Known::kUnknown:
        break;
    }
    if (skip == 0) break;
    text.remove_prefix(end + skip);
  }
  out = sum;
  return known;
}

}  // namespace

bool parse_status(std::string_view text, std::uint16_t& out) noexcept {
  if (text.size() != 3 || !util::is_digit(text[0]) || !util::is_digit(text[1]) || !util::is_digit(text[2]))
    return false;
  const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  if (value < 100 || value > 599) return false;
  out = static_cast<std::uint16_t>(value);
  return true;
}

bool parse_size(std::string_view text, std::uint64_t& out) noexcept {
  if (text.empty()) return false;
  std::uint64_t value = 0;
  // Eighteen digits fit whatever they are; the rest is looked at one by one.
  const std::size_t sure = std::min<std::size_t>(text.size(), 18);
  for (std::size_t i = 0; i < sure; ++i) {
    const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  for (const char c : text.substr(sure)) {
    if (!util::is_digit(c) || !append_digit(value, static_cast<unsigned>(c - '0'))) return false;
  }
  out = value;
  return true;
}

bool parse_duration_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept {
  const std::size_t decimals = decimals_of(unit);
  if (parse_simple(text, decimals, out)) return true;
  Decimal decimal;
  return split_decimal(text, decimal) && scale(decimal, decimals, out);
}

Known read_size(std::string_view text, std::uint64_t& out) noexcept {
  if (is_absent(text)) return Known::kUnknown;
  return parse_size(text, out) ? Known::kValue : Known::kBad;
}

Known read_duration_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept {
  if (is_absent(text)) return Known::kUnknown;
  return parse_duration_ns(text, unit, out) ? Known::kValue : Known::kBad;
}

Known read_duration_list_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept {
  // One upstream is the rule.
  if (parse_simple(text, decimals_of(unit), out)) return Known::kValue;
  return read_list(text, out, [unit](std::string_view element, std::uint64_t& value) {
    return read_duration_ns(element, unit, value);
  });
}

Known read_size_list(std::string_view text, std::uint64_t& out) noexcept {
  return read_list(text, out,
                   [](std::string_view element, std::uint64_t& value) { return read_size(element, value); });
}

}  // namespace routemeter::format

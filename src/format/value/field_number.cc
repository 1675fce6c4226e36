// SPDX-License-Identifier: Apache-2.0
#include "format/value/field_number.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "util/ascii.h"

namespace routemeter::format {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();

/// Digits and nothing else, as far as they fit into T.
template <typename T>
bool read_digits(std::string_view text, T &out) {
  const char *const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out);
  return error == std::errc() && stop == end;
}

bool append_digit(std::uint64_t &value, unsigned digit) {
  if (value > (kMax - digit) / 10) return false;
  value = value * 10 + digit;
  return true;
}

/// The common case: up to nine digits before the point and no more after it than the unit has. False: look
/// closer.
bool parse_simple(std::string_view text, std::size_t decimals, std::uint64_t &out) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
  std::uint64_t whole = 0;
  std::uint64_t part = 0;
  if (point > 9 || fraction.size() > decimals || !read_digits(text.substr(0, point), whole)) return false;
  if (!fraction.empty() && !read_digits(fraction, part)) return false;
  out = whole * kPowersOfTen[decimals] + part * kPowersOfTen[decimals - fraction.size()];
  return true;
}

/// A decimal number taken apart: digits without the point and leading zeros,
/// times 10^-scale.
struct Decimal {
  std::string_view whole;
  std::string_view fraction;
  long exponent = 0;
};

bool split_decimal(std::string_view text, Decimal &out) {
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
    // More than any line's digits could balance; keeps the arithmetic below
    // from overflowing.
    if (out.exponent < 100'000'000) out.exponent = out.exponent * 10 + (text[at] - '0');
  }
  if (negative) out.exponent = -out.exponent;
  return true;
}

/// Digits before the (shifted) point make the value; the first one behind it
/// and whether anything follows decide the rounding.
bool scale(const Decimal &decimal, std::size_t decimals, std::uint64_t &out) {
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

/// Sums the elements of "a, b : c" with `read`, a function (text, value) ->
/// Known.
template <typename Read>
Known read_list(std::string_view text, std::uint64_t &out, Read read) {
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
    const Known element = read(text.substr(0, end), value);
    if (element == Known::kBad || (element == Known::kValue && value > kMax - sum)) return Known::kBad;
    if (element == Known::kValue) {
      sum += value;
      known = Known::kValue;
    }
    if (skip == 0) break;
    text.remove_prefix(end + skip);
  }
  out = sum;
  return known;
}

}  // namespace

bool parse_status(std::string_view text, std::uint16_t &out) noexcept {
  return text.size() == 3 && read_digits(text, out) && out >= 100 && out <= 599;
}

bool parse_size(std::string_view text, std::uint64_t &out) noexcept {
  return read_digits(text, out) && out <= kMax;
}

bool parse_duration_ns(std::string_view text, model::Unit unit, std::uint64_t &out) noexcept {
  const std::size_t decimals = decimals_of(unit);
  if (parse_simple(text, decimals, out)) return true;
  Decimal decimal;
  return split_decimal(text, decimal) && scale(decimal, decimals, out);
}

Known read_size(std::string_view text, std::uint64_t &out) noexcept {
  if (is_absent(text)) return Known::kUnknown;
  return parse_size(text, out) ? Known::kValue : Known::kBad;
}

Known read_duration_ns(std::string_view text, model::Unit unit, std::uint64_t &out) noexcept {
  if (is_absent(text)) return Known::kUnknown;
  return parse_duration_ns(text, unit, out) ? Known::kValue : Known::kBad;
}

Known read_duration_list_ns(std::string_view text, model::Unit unit, std::uint64_t &out) noexcept {
  // One upstream is the rule.
  if (parse_simple(text, decimals_of(unit), out)) return Known::kValue;
  return read_list(text, out, [unit](std::string_view element, std::uint64_t &value) {
    return read_duration_ns(element, unit, value);
  });
}

Known read_size_list(std::string_view text, std::uint64_t &out) noexcept {
  return read_list(text, out,
                   [](std::string_view element, std::uint64_t &value) { return read_size(element, value); });
}

}  // namespace routemeter::format

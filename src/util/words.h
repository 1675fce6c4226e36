// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "util/fmt.h"
#include "util/printable.h"

// The parts of messages and pages: a number of things, a text that the user wrote, a list, a share, a real
// number.

namespace routemeter::util {

/// `one` for 1, else `many`: `one` with an s unless it is given.
inline std::string noun(std::uint64_t number, std::string_view one, std::string_view many = {}) {
  if (number == 1) return std::string(one);
  return many.empty() ? fmt::format("{}s", one) : std::string(many);
}

/// "1 line", "2 lines".
inline std::string counted(std::uint64_t number, std::string_view one, std::string_view many = {}) {
  return fmt::format("{} {}", number, noun(number, one, many));
}

/// The digits of `number` in groups of three: "12,345".
inline std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, ',');
  return digits;
}

/// "1 line", "12,345 lines".
inline std::string grouped(std::uint64_t number, std::string_view one, std::string_view many = {}) {
  return fmt::format("{} {}", grouped(number), noun(number, one, many));
}

/// `text` in single quotes, made safe for a terminal and cut after `limit` bytes as printable() does it.
inline std::string quoted(std::string_view text, std::size_t limit = std::string_view::npos) {
  return fmt::format("'{}'", printable(text, limit));
}

/// The texts with `between` between them: "GET, PUT".
template <typename Texts>
std::string joined(const Texts& texts, std::string_view between = ", ") {
  std::string out;
  bool first = true;
  for (const auto& text : texts) {
    if (!first) out += between;
    out += text;
    first = false;
  }
  return out;
}

/// "12.5 %"; "0.0 %" of nothing.
inline std::string percent(std::uint64_t part, std::uint64_t whole, int decimals = 1) {
  const double share = whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format("{:.{}f} %", 100.0 * share, decimals);
}

/// The candidate that a mistyped `word` most likely meant, or "" when none is near: at most one edit
/// per three characters (insert, delete, replace, swap of neighbours), letter case ignored.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "a, b or c" for messages.
std::string one_of(std::span<const std::string_view> words);

/// A sample value: an integer without point or exponent ("1700000000"), else the shortest text that reads
/// back as the same double; "+Inf", "-Inf", "NaN".
void append_real(std::string& out, double value);

/// `le` values: "0.1", "1.0", "1e+06", "+Inf" (the Python client's floatToGoString).
std::string format_float(double value);

}  // namespace routemeter::util

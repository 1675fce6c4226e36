// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "format/value/digits.h"
#include "format/value/number.h"
#include "util/bytes.h"

// The numbers of nearly every line, eight bytes at a time and without a branch that depends on how long they
// are, which would be guessed wrong; all others are left to number.h. `readable` is the first byte, at or
// before the text, that may be read.

namespace routemeter::format {

/// Up to eight bytes from the end of `text` on, '0' before them; false when they cannot be had.
inline bool last_bytes(std::string_view text, const char* readable, std::uint64_t& word) noexcept {
  const char* const end = text.data() + text.size();
  if (text.size() - 1 >= 8 || end - readable < 8) return false;
  word = last_digits(end, text.size()) ^ util::eight_times('0');
  return true;
}

constexpr bool all_digits(std::uint64_t word) noexcept {
  constexpr std::uint64_t kHigh = util::eight_times('\xF0');
  return ((word & kHigh) | (((word + util::eight_times(6)) & kHigh) >> 4)) == util::eight_times(0x33);
}

/// The value of eight digits.
constexpr std::uint64_t value_of(std::uint64_t digits) noexcept {
  constexpr std::uint64_t kPair = 0x000000FF000000FFU;
  digits -= util::eight_times('0');
  digits = digits * 10 + (digits >> 8);  // pairs, in every second byte
  return ((digits & kPair) * (100 + (std::uint64_t{1000000} << 32)) +
          (digits >> 16 & kPair) * (1 + (std::uint64_t{10000} << 32))) >>
         32;
}

/// As parse_status().
inline bool quick_status(std::string_view text, const char* readable, std::uint16_t& out) noexcept {
  std::uint64_t word = 0;
  if (text.size() != 3 || !last_bytes(text, readable, word)) return parse_status(text, out);
  const std::uint64_t value = value_of(word);
  out = static_cast<std::uint16_t>(value);
  return all_digits(word) && value >= 100 && value <= 599;
}

/// As read_size().
inline Known quick_size(std::string_view text, const char* readable, std::uint64_t& out) noexcept {
  constexpr std::uint64_t kNothing = (util::eight_times('0') >> 8) | std::uint64_t{'-'} << 56;
  std::uint64_t word = 0;
  if (!last_bytes(text, readable, word)) return read_size(text, out);
  const bool nothing = (word == kNothing) & (text.size() == 1);
  const std::uint64_t digits = nothing ? util::eight_times('0') : word;
  if (!all_digits(digits)) return read_size(text, out);
  out = value_of(digits);
  return nothing ? Known::kUnknown : Known::kValue;
}

/// What is written with three decimals, as nginx does, or none; false for all else.
inline bool quick_duration(std::string_view text, const char* readable, model::Unit unit,
                           std::uint64_t& out) noexcept {
  std::uint64_t word = 0;
  if (!last_bytes(text, readable, word)) return false;
  std::size_t decimals = decimals_of(unit);
  if ((word >> 32 & 0xFF) == '.' && text.size() > 4 && decimals >= 3) {
    // The digits before the point move over it, and the number is in thousandths.
    word = (word & 0xFFFFFF0000000000U) | (word & 0xFFFFFFFFU) << 8 | '0';
    decimals -= 3;
  }
  out = value_of(word) * kPowersOfTen[decimals];
  return all_digits(word);
}

/// As read_duration_ns().
inline Known quick_duration_ns(std::string_view text, const char* readable, model::Unit unit,
                               std::uint64_t& out) noexcept {
  return quick_duration(text, readable, unit, out) ? Known::kValue : read_duration_ns(text, unit, out);
}

}  // namespace routemeter::format

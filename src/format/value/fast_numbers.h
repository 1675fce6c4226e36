// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "format/contract/format.h"
#include "format/scan/field_offsets.h"
#include "format/value/field_number.h"
#include "util/bytes.h"

// The fast path for numbers: up to eight bytes, read at once and without a branch on their length, which the
// processor would often guess wrong. All other numbers are left to field_number.h. `readable` is the first
// byte, at or before the text, that may be read.

namespace routemeter::format {

/// The `size` (1 to 8) bytes before `end` as digits, with zeros before them: 0 to 9 for a digit, more for any
/// other byte. Eight bytes before `end` must be readable.
inline std::uint64_t last_digits(const char* end, std::size_t size) noexcept {
  const std::size_t shift = (64 - 8 * size) & 63;
  return (util::load64(end - 8) ^ util::eight_times('0')) >> shift << shift;
}

/// The same for all of `text`; false when they cannot be had.
inline bool digits_of(std::string_view text, const char* readable, std::uint64_t& digits) noexcept {
  const char* const end = text.data() + text.size();
  if (text.size() - 1 >= 8 || end - readable < 8) return false;
  digits = last_digits(end, text.size());
  return true;
}

/// What a byte becomes among digits.
constexpr char as_digit(char c) noexcept { return static_cast<char>(c ^ '0'); }
inline constexpr std::uint64_t kNothingDigits = std::uint64_t{as_digit('-')} << 56;

constexpr bool all_digits(std::uint64_t digits) noexcept {
  return (((digits + util::eight_times(0x80 - 10)) | digits) & util::eight_times('\x80')) == 0;
}

/// The value of eight digits.
constexpr std::uint64_t value_of(std::uint64_t digits) noexcept {
  constexpr std::uint64_t kPair = 0x000000FF000000FFU;
  digits = digits * 10 + (digits >> 8);  // pairs, in every second byte
  return ((digits & kPair) * (100 + (std::uint64_t{1000000} << 32)) +
          (digits >> 16 & kPair) * (1 + (std::uint64_t{10000} << 32))) >>
         32;
}

/// Removes the point, if there is one, by moving the digits before it, and takes the number of those behind
/// it off `decimals`. False if they are more, or if there is nothing but a point.
inline bool take_point(std::uint64_t& digits, std::size_t& decimals) noexcept {
  const std::uint64_t point = util::zero_bytes(digits ^ util::eight_times(as_digit('.')));
  if (point == 0) return true;
  const auto at = static_cast<unsigned>(std::countr_zero(point)) / 8;
  if (7 - at > decimals || digits == std::uint64_t{as_digit('.')} << 56) return false;
  const std::uint64_t before = (std::uint64_t{1} << (8 * at)) - 1;
  digits = (digits & ~(before << 8 | 0xFF)) | (digits & before) << 8;
  decimals -= 7 - at;
  return true;
}

/// As parse_status().
inline bool fast_status(std::string_view text, const char* readable, std::uint16_t& out) noexcept {
  std::uint64_t digits = 0;
  if (text.size() != 3 || !digits_of(text, readable, digits)) return parse_status(text, out);
  const std::uint64_t value = value_of(digits);
  out = static_cast<std::uint16_t>(value);
  return all_digits(digits) && value >= 100 && value <= 599;
}

/// As read_size().
inline Known fast_size(std::string_view text, const char* readable, std::uint64_t& out) noexcept {
  std::uint64_t digits = 0;
  if (!digits_of(text, readable, digits)) return read_size(text, out);
  const bool nothing = (digits == kNothingDigits) & (text.size() == 1);
  digits &= std::uint64_t{nothing} - 1;
  if (!all_digits(digits)) return read_size(text, out);
  out = value_of(digits);
  return nothing ? Known::kUnknown : Known::kValue;
}

/// A duration of up to eight bytes; false for any other.
inline bool fast_duration(std::string_view text, const char* readable, model::Unit unit,
                          std::uint64_t& out) noexcept {
  std::uint64_t digits = 0;
  std::size_t decimals = decimals_of(unit);
  if (!digits_of(text, readable, digits) || !take_point(digits, decimals)) return false;
  out = value_of(digits) * kPowersOfTen[decimals];
  return all_digits(digits);
}

/// As read_duration_ns().
inline Known fast_duration_ns(std::string_view text, const char* readable, model::Unit unit,
                              std::uint64_t& out) noexcept {
  return fast_duration(text, readable, unit, out) ? Known::kValue : read_duration_ns(text, unit, out);
}

/// Reads the status and all numbers of a line together, at most eight bytes of each. It gives up on anything
/// unusual, which is then read with field_number.h.
class FastNumbers {
 public:
  /// `point` is where the field begins, the next one its end; eight bytes before its end must be readable.
  /// `unit` is that of durations.
  void add(std::uint16_t point, const NumberField& number, model::Unit unit);
  /// Call once, when all others are there.
  void add_status(std::uint16_t point);

  /// Sets the status, the numbers and which of them are known; or false, then anything may be set.
  bool read(const char* base, const FieldOffsets::Found& points, model::Request& out) const noexcept {
    return read_(*this, base, points, out);
  }

  using Read = bool (*)(const FastNumbers&, const char* base, const FieldOffsets::Found& points,
                        model::Request& out) noexcept;
  /// The ways to read these numbers that this processor has, the best one first.
  std::vector<Read> ways() const;

 private:
  friend struct FastNumbersWays;
  static constexpr std::size_t kMost = 8;  // status included

  struct Number {
    std::uint16_t point = 0;
    model::Field field = model::Field::kStatus;
    bool is_duration = false;
    std::uint8_t decimals = 0;  ///< of durations: how many of them are nanoseconds
    std::uint64_t model::Request::*out = nullptr;
  };
  void add_lane(const Number& number);

  std::vector<Number> numbers_;
  std::uint16_t status_ = 0;
  Read read_ = nullptr;
  // The same, by lanes of a vector; the status is the last one.
  std::array<std::uint16_t, 32> from_{};
  std::array<std::uint16_t, 32> to_{};
  std::array<std::uint64_t, kMost> ones_{};         ///< nanoseconds of 1, of sizes 1
  std::array<std::uint64_t, kMost> thousandths_{};  ///< and of 0.001
  std::uint8_t lanes_ = 0;
  std::uint8_t point_lanes_ = 0;  ///< that may have three decimals
};

}  // namespace routemeter::format

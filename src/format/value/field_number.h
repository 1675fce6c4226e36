// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/rule_file.h"

namespace routemeter::format {

/// Three digits from 100 to 599.
bool parse_status(std::string_view text, std::uint16_t& out) noexcept;

/// Decimal digits only, below 2^63.
bool parse_size(std::string_view text, std::uint64_t& out) noexcept;

inline constexpr std::array<std::uint64_t, 10> kPowersOfTen = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

/// How many decimals of a unit are nanoseconds: one unit is so many powers of ten of them.
constexpr std::uint8_t decimals_of(model::Unit unit) noexcept {
  constexpr std::array<std::uint8_t, 4> kDecimals = {9, 6, 3, 0};
  return kDecimals[static_cast<std::size_t>(unit)];
}

/// A non-negative decimal number ("0.004", "1e-05") of `unit` as whole nanoseconds: exact, what is below one
/// nanosecond rounded half to even. False for anything else, NaN and what does not fit into 63 bits included.
bool parse_duration_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept;

/// The result of reading a number that may be absent.
enum class Known : std::uint8_t { kValue, kUnknown, kBad };

/// Like the two above, but "-" and "" are kUnknown.
Known read_size(std::string_view text, std::uint64_t& out) noexcept;
Known read_duration_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept;

/// nginx's upstream lists "0.1, 0.2 : -": the sum of what is a number, kUnknown when nothing is.
Known read_duration_list_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept;
Known read_size_list(std::string_view text, std::uint64_t& out) noexcept;

}  // namespace routemeter::format

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

/// How many nanoseconds are one `unit`; the next one is its thousandth.
inline constexpr std::array<std::uint64_t, 4> kNanoseconds = {1'000'000'000, 1'000'000, 1'000, 1};
constexpr std::uint64_t nanoseconds(model::Unit unit) noexcept {
  return kNanoseconds[static_cast<std::size_t>(unit)];
}

/// A non-negative decimal number ("0.004", "1e-05") of `unit` as whole nanoseconds: exact, what is below one
/// nanosecond rounded half to even. False for anything else, NaN and what does not fit into 63 bits included.
bool parse_duration_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept;

/// What a log says about a number that may be absent.
enum class Known : std::uint8_t { kValue, kUnknown, kBad };

/// Like the two above, but "-" and "" are kUnknown.
Known read_size(std::string_view text, std::uint64_t& out) noexcept;
Known read_duration_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept;

/// nginx's upstream lists "0.1, 0.2 : -": the sum of what is a number, kUnknown when nothing is.
Known read_duration_list_ns(std::string_view text, model::Unit unit, std::uint64_t& out) noexcept;
Known read_size_list(std::string_view text, std::uint64_t& out) noexcept;

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace routemeter::route {

/// A duration as Go writes them: "1s", "1m30s", "0.5s", "100ms", "0". Nothing when it is none, or longer than
/// a year.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// The cost of a bcrypt hash ("$2y$10$" and 53 characters), or nothing when the text is none.
std::optional<std::uint32_t> bcrypt_cost(std::string_view hash);

}  // namespace routemeter::route

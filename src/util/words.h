// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "util/fmt.h"
#include "util/printable.h"

// The things that most messages are made of: numbers of things, and texts that the user wrote.

namespace routemeter::util {

/// "1 line", "2 lines": `many` is `one` with an s unless it is given.
inline std::string counted(std::uint64_t number, std::string_view one, std::string_view many = {}) {
  if (number == 1) return fmt::format("1 {}", one);
  return many.empty() ? fmt::format("{} {}s", number, one) : fmt::format("{} {}", number, many);
}

/// The digits of `number` in groups of three: "12 345", or "12,345".
inline std::string grouped(std::uint64_t number, char separator = ' ') {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3;) digits.insert(i -= 3, 1, separator);
  return digits;
}

/// `text` in single quotes, made safe for a terminal and cut after `limit` bytes as printable() does it.
inline std::string quoted(std::string_view text, std::size_t limit = std::string_view::npos) {
  return fmt::format("'{}'", printable(text, limit));
}

}  // namespace routemeter::util

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace routemeter::format {

/// A scalar somewhere in a JSON object.
struct JsonLeaf {
  std::string path;   ///< dotted: "request.method"; not inside arrays
  std::string value;  ///< as it stands, strings without their quotes
  bool is_string = false;
  std::size_t at = 0;  ///< where the value begins
};

/// A JSON object as a person reads it, strictly by RFC 8259.
struct JsonOutline {
  std::vector<JsonLeaf> leaves;  ///< in order; with an error those before it
  /// The first byte that is wrong, if any, and what could stand there.
  std::optional<std::size_t> error_at;
  std::string expected;
};

/// Reads one line for people: slow, and bounded in depth and in the number of leaves.
JsonOutline outline_json(std::string_view text);

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

// JSON that people and their programs read. <nlohmann/json.hpp> is slow to compile: only the few files that
// build a document include it.

namespace routemeter::util {

/// A JSON document; members keep the order in which they were added.
using Json = nlohmann::ordered_json;

/// `value` as text: on one line, or with `indent` blanks a level. Safe for a terminal: control characters
/// (DEL and C1 too) are escaped, ill-formed UTF-8 becomes U+FFFD. A double is the shortest text that reads
/// back as the same number ("5", not "5.0"), or null when JSON has no number for it.
std::string dump(const Json& value, int indent = 0);

/// One string, with its quotes, in the same way.
std::string json_string(std::string_view text);

}  // namespace routemeter::util

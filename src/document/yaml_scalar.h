// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace routemeter::document {

/// `text` as a YAML scalar that reads back as the same text, in a list or a block map: plain where that is
/// safe for every YAML 1.1 and 1.2 reader, else in single quotes, with control bytes in double quotes. `text`
/// is UTF-8.
std::string yaml_scalar(std::string_view text);

/// `text` in single quotes, where a quote inside is doubled.
std::string single_quoted(std::string_view text);

/// As yaml_scalar() for a place inside [...] or {...}, where more characters need quotes.
std::string yaml_flow_scalar(std::string_view text);

}  // namespace routemeter::document

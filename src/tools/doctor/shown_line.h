// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace routemeter::doctor {

/// A line of a log with a caret under byte `at`, cut around it; already printable.
std::string shown_at(std::string_view line, std::size_t at);

/// Appends the lines of a text, each without its newline.
void append_lines(std::string_view text, std::vector<std::string>& out);

}  // namespace routemeter::doctor

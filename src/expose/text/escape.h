// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Text from outside on the page. One byte that is not UTF-8 makes Prometheus drop the whole target
// (reference/reliability.md E11b), so each becomes U+FFFD here, whatever the store let through.

namespace routemeter::expose {

/// Between the quotes of a label value: backslash, quote and newline are escaped.
void append_label_value(std::string& out, std::string_view text);

/// After "# HELP name ": backslash and newline are escaped, quotes are not.
void append_help(std::string& out, std::string_view text);

}  // namespace routemeter::expose

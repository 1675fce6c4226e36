// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/snapshot.h"

// Text from outside on the page. One byte that is not UTF-8 makes Prometheus drop the whole target
// (tests/RELIABILITY.md), so each becomes U+FFFD here, whatever the store let through.

// Whole and decimal numbers as the page shows them, appended to a buffer; real ones: util/words.h.

namespace routemeter::expose {

/// Between the quotes of a label value: backslash, quote and newline are escaped.
void append_label_value(std::string& out, std::string_view text);

/// After "# HELP name ": backslash and newline are escaped, quotes are not.
void append_help(std::string& out, std::string_view text);

void append_integer(std::string& out, std::uint64_t value);

/// An integer in units of 10^-decimals as a decimal without trailing zeros: (4000000, 9) -> "0.004".
void append_decimal(std::string& out, model::Sum value, int decimals);

}  // namespace routemeter::expose

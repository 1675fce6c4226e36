// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "model/snapshot.h"

// Numbers as the page shows them, appended to a buffer; format_float and format_decimal of text.h are
// the same as functions that return a string.

namespace routemeter::expose {

void append_integer(std::string& out, std::uint64_t value);

/// As text.h format_decimal.
void append_decimal(std::string& out, model::Sum value, int decimals);

/// A sample value: an integer without point or exponent ("1700000000"), else the shortest text that reads
/// back as the same double; "+Inf", "-Inf", "NaN".
void append_real(std::string& out, double value);

}  // namespace routemeter::expose

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "model/snapshot.h"

// Whole and decimal numbers as the page shows them, appended to a buffer; real ones: util/real_text.h.

namespace routemeter::expose {

void append_integer(std::string& out, std::uint64_t value);

/// As text.h format_decimal.
void append_decimal(std::string& out, model::Sum value, int decimals);

}  // namespace routemeter::expose

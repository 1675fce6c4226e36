// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// Real numbers as Prometheus and people read them.

namespace routemeter::util {

/// A sample value: an integer without point or exponent ("1700000000"), else the shortest text that reads
/// back as the same double; "+Inf", "-Inf", "NaN".
void append_real(std::string& out, double value);

/// `le` values: "0.1", "1.0", "1e+06", "+Inf" (the Python client's floatToGoString).
std::string format_float(double value);

}  // namespace routemeter::util

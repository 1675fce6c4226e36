// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "model/snapshot.h"

namespace routemeter::expose {

/// The Prometheus text format 0.0.4: HELP and TYPE once per family, values in their shortest exact form,
/// `le` as OpenMetrics writes floats. Label values and help are escaped here.
std::string to_text(const model::Snapshot& snapshot);

/// `le` and real values: "0.1", "1.0", "1e+06", "+Inf" (the Python client's floatToGoString).
std::string format_float(double value);

/// An integer in units of 10^-decimals as a decimal without trailing zeros: (4000000, 9) -> "0.004".
std::string format_decimal(model::Sum value, int decimals);

}  // namespace routemeter::expose

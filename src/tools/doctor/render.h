// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tools/doctor/place/finding.h"

namespace routemeter::doctor {

/// The reports for a terminal: printable whatever the logs hold.
std::string to_text(const std::vector<LogReport>& reports);

/// The same as one JSON object.
std::string to_json(const std::vector<LogReport>& reports);

}  // namespace routemeter::doctor

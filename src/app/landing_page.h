// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace routemeter::app {

/// The HTML page at `/`: what this is, its version, and links to the metrics and the health pages.
std::string landing_page(const std::string& telemetry_path);

}  // namespace routemeter::app

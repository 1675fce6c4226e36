// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/service.h"
#include "util/log.h"
#include "util/result.h"

namespace routemeter::app {

struct ServeOptions : CommonOptions {
  std::vector<std::string> listen = {":10040"};
  std::string telemetry_path = "/metrics";
};

/// Follows the logs and serves the metrics until SIGTERM or SIGINT. True when it ended by one of them; an
/// error when it could not start (wrong rules, address in use, no known format).
util::Result<bool> serve(const ServeOptions& options, const util::Logger& log);

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/serve/durable.h"
#include "app/serve/log_service.h"
#include "app/serve/serve.h"
#include "app/status/status_page.h"

namespace routemeter::app {

/// How the last load of the rules went.
struct ReloadState {
  bool ok = true;
  double time = 0;    ///< of the last good one, seconds since the epoch
  std::string error;  ///< of the last try
};

/// Seconds since the epoch.
double unix_now();

/// What the status page shows, gathered from where it is. The counters' views live as long as the services.
Status make_status(const std::vector<std::unique_ptr<LogService>>& services, const Durable& durable,
                   const ReloadState& reload, double started, const ServeOptions& options);

}  // namespace routemeter::app

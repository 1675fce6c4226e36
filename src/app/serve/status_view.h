// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/serve/commits.h"
#include "app/serve/log_service.h"
#include "app/serve/serve_options.h"
#include "app/status/status_page.h"

namespace routemeter::app {

// From the services, the state and the last reload to the plain data of app/status.

/// The result of the last load of the rules.
struct ReloadState {
  double time = 0;    ///< of the last good one, seconds since the epoch
  std::string error;  ///< of the last try; empty: it was good
};

/// Gathers what the status page shows. Its counters live as long as the services. Times are Unix times.
Status make_status(const LogServices& services, const Commits& commits, const ReloadState& reload,
                   const ServeOptions& options, double started, double now);

}  // namespace routemeter::app

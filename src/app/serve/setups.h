// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/serve/log_service.h"
#include "app/serve/serve.h"

namespace routemeter::app {

/// The services that the options name: those of the configuration file, or the one of the command line.
util::Result<std::vector<LogService::Setup>> make_setups(const ServeOptions& options, bool lost_state);

/// The files that --rules.watch looks at.
std::vector<std::string> files_to_watch(const ServeOptions& options,
                                        const std::vector<LogService::Setup>& setups);

/// What check_together() looks at of a service.
struct Together {
  std::string name;
  const model::RuleFile* rules = nullptr;
  model::Snapshot families;
};

/// Services on one page must not have the same series: their static labels have to differ, and families of
/// one name must be of one type.
util::Diagnostics check_together(const std::vector<Together>& services);

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "app/serve/log_service.h"
#include "app/serve/rules_watch.h"
#include "app/serve/serve.h"
#include "util/log.h"

namespace routemeter::app {

/// Loads the rules, and the configuration file if there is one, anew and lets them take over, all or nothing:
/// with any error `services` and `watch` stay as they are. A service with the same name and logs goes on
/// under its new rules; one with other logs is made anew from what the old one would save; counters of
/// unchanged series go on.
util::Diagnostics reload_services(const ServeOptions& options,
                                  std::vector<std::unique_ptr<LogService>>& services,
                                  std::optional<RulesWatch>& watch, const util::Logger& log);

}  // namespace routemeter::app

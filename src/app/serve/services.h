// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "app/serve/commits.h"
#include "app/serve/log_service.h"
#include "app/serve/rules_watch.h"
#include "app/serve/serve_options.h"
#include "util/clock.h"
#include "util/diagnostic.h"
#include "util/log.h"

namespace routemeter::app {

/// Starts the services that the options name (those of the configuration file, or the one of the command
/// line) from the saved state, and the watch over their files if the options want it. Gives all errors.
util::Diagnostics start_services(const ServeOptions& options, const Commits& commits, LogServices& services,
                                 std::optional<RulesWatch>& watch, const util::Logger& log,
                                 const util::Clocks& clocks);

/// Loads the rules, and the configuration file if there is one, anew and lets them take over, all or nothing:
/// with any error `services` and `watch` stay as they are. A service with the same name and logs goes on
/// under its new rules; one with other logs is made anew from what the old one would save; counters of
/// unchanged series go on.
util::Diagnostics reload_services(const ServeOptions& options, LogServices& services,
                                  std::optional<RulesWatch>& watch, const util::Logger& log,
                                  const util::Clocks& clocks);

/// A one-line warning if somebody other than root and `user` can change a rule or configuration file: its
/// owner, its group, everybody, or whoever may replace it in its folder. Empty if nobody can, or if the file
/// is missing. Symbolic links are followed.
std::string trust_warning(const std::string& path, uid_t user);

}  // namespace routemeter::app

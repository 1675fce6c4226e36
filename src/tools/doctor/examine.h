// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/load/service.h"
#include "app/serve/serve_options.h"
#include "tools/doctor/checks.h"
#include "tools/doctor/place/logrotate.h"
#include "tools/doctor/place/nginx.h"
namespace routemeter::doctor {

/// The configuration of the machine that concerns logs: read once for all of them.
struct Surroundings {
  NginxConfig nginx;
  std::string logrotate_config;
  std::vector<RotationRule> rotation;
  double now = 0;  ///< seconds since the epoch
};

/// The places of Debian and most others.
inline constexpr const char* kNginxConfig = "/etc/nginx/nginx.conf";
inline constexpr const char* kLogrotateConfig = "/etc/logrotate.conf";

Surroundings look_around(const std::string& nginx_config, const std::string& logrotate_config);

/// Runs every check on one log, in the order in which things can go wrong: access, format, lines that do not
/// fit, missing fields, plausible numbers, rules, rotation. `service` was loaded from `common`.
LogReport examine(const std::string& log, const app::CommonOptions& common, const app::Service& service,
                  const Surroundings& around, const Bounds& bounds);

/// The warnings that serve logs about the logs of a service when it starts: warnings and problems in one line
/// each, but for those that serve tells by itself. Looks at the first lines of the first logs only, a few
/// milliseconds for each.
std::vector<app::LogWarning> check_at_start(const app::CommonOptions& common, const app::Service& service,
                                            const Surroundings& around);

/// The reports for a terminal: printable whatever the logs hold.
std::string to_text(const std::vector<LogReport>& reports);

/// The same as one JSON object.
std::string to_json(const std::vector<LogReport>& reports);

}  // namespace routemeter::doctor

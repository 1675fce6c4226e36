// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/load/service.h"
#include "tools/doctor/place/finding.h"
#include "tools/doctor/place/logrotate.h"
#include "tools/doctor/place/nginx_config.h"
#include "tools/doctor/study.h"

namespace routemeter::doctor {

/// What the machine says about its logs: read once for all of them.
struct Surroundings {
  NginxConfig nginx;
  std::string logrotate_config;
  std::vector<RotationRule> rotation;
  double now = 0;  ///< seconds since the epoch
};

/// Where Debian and most others have these.
inline constexpr const char* kNginxConfig = "/etc/nginx/nginx.conf";
inline constexpr const char* kLogrotateConfig = "/etc/logrotate.conf";

Surroundings look_around(const std::string& nginx_config, const std::string& logrotate_config);

/// Runs every check on one log, in the order in which things can go wrong: can it be read, which format is
/// it, which lines do not fit, what is missing, can the numbers be right, who rotates it, what do the rules
/// make of it. `common` is what `service` was loaded from.
LogReport examine(const std::string& log, const app::CommonOptions& common, const app::Service& service,
                  const Surroundings& around, const Bounds& bounds);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/serve/serve.h"
#include "tools/doctor/examine.h"

namespace routemeter::doctor {

/// What serve logs about the logs of a service when it starts: warnings and problems in one line each, but
/// for those that serve tells by itself. Looks at the first lines of the first logs only, a few milliseconds
/// for each.
std::vector<app::LogWarning> check_at_start(const app::CommonOptions& common, const app::Service& service,
                                            const Surroundings& around);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/load/service.h"
#include "tools/doctor/place/finding.h"
#include "tools/doctor/study.h"

namespace routemeter::doctor {

/// What the rules make of the requests: shares, the paths that no rule matches, and how many series there
/// are and will be.
void check_rules(const Study& study, const app::Service& service, const std::string& rules_path,
                 const std::string& log, Findings& findings);

}  // namespace routemeter::doctor

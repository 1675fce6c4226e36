// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tools/doctor/place/finding.h"
#include "tools/doctor/place/logrotate.h"

namespace routemeter::doctor {

/// How the log is rotated, by logrotate's configuration and by what stands beside it, and what of that loses
/// lines.
void check_rotation(const std::string& log, const std::vector<RotationRule>& rules,
                    const std::string& logrotate_config, Findings& findings);

}  // namespace routemeter::doctor

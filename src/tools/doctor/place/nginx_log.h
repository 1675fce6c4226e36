// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/doctor/guess/candidate.h"
#include "tools/doctor/place/finding.h"
#include "tools/doctor/place/nginx_config.h"

namespace routemeter::doctor {

/// The access_log directives that write to this file.
std::vector<AccessLog> directives_for(const std::string& log, const NginxConfig& config);

/// The log_format strings that nginx writes this log with, as formats to try.
std::vector<Candidate> nginx_candidates(const std::string& log, const NginxConfig& config);

/// What nginx's configuration says about this log: its format against the one that is used, and options that
/// delay lines, drop them or make them unreadable. `format` as the rule file or detection has it.
void check_nginx(const std::string& log, const NginxConfig& config, const model::FormatSpec& format,
                 Findings& findings);

}  // namespace routemeter::doctor

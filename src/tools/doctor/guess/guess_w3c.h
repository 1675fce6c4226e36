// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "tools/doctor/guess/candidate.h"

namespace routemeter::doctor {

/// The format that the last "#Fields:" line of a W3C extended log says (IIS, CloudFront, NetScaler), or none.
std::vector<Candidate> guess_w3c(const std::vector<std::string_view>& lines);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "tools/doctor/guess/candidate.h"

namespace routemeter::doctor {

/// `format: json` with the keys that look like a request's, by their names and values; none when the lines
/// are no JSON, or when method, path or status are in no key.
std::vector<Candidate> guess_json(const std::vector<std::string_view>& lines);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "tools/doctor/guess/candidate.h"

namespace routemeter::doctor {

/// `common` in one of its forms with more fields behind it, which is what most hand-made log formats are: the
/// fields get names by what stands in them, as far as that tells.
std::vector<Candidate> guess_tail(const std::vector<std::string_view>& lines);

}  // namespace routemeter::doctor

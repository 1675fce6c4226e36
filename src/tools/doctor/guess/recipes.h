// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tools/doctor/guess/candidate.h"

namespace routemeter::doctor {

/// Access logs of programs that have no format of their own in the program, as formats a rule file can say.
const std::vector<Candidate>& recipes();

/// Any line with a request in quotes and a status behind it.
Candidate last_resort();

}  // namespace routemeter::doctor

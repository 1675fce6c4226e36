// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/contract/format.h"
#include "tools/doctor/place/finding.h"
#include "tools/doctor/study.h"

namespace routemeter::doctor {

/// How many lines are requests, why the others are not, and the first that should be one: where it stops to
/// fit, and what was expected there.
void check_lines(const format::Format& format, const Study& study, Findings& findings);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/contract/format.h"
#include "tools/doctor/place/finding.h"
#include "tools/doctor/servers.h"
#include "tools/doctor/study.h"

namespace routemeter::doctor {

/// Whether durations can be what they are read as: their unit by the name of the field and by the median,
/// their resolution, the time to first byte within the duration, sizes.
void check_numbers(const format::Format& format, const Study& study, Server server, Findings& findings);

/// Whether times can be read, are not in the future, and go forward. `now` is in seconds since the epoch.
void check_clock(const Study& study, double now, Findings& findings);

}  // namespace routemeter::doctor

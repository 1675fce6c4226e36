// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/load/replay.h"
#include "util/log.h"

namespace routemeter::cli {

/// What a person wants to know after a replay: per log its format and lines, why lines did not parse with an
/// example each, what matched, and how long it took. From `warn` on only the notes,
/// from `error` on nothing. For stderr; log content is made safe for a terminal.
std::string replay_summary(const app::ReplayResult& result, double seconds, util::LogLevel level);

}  // namespace routemeter::cli

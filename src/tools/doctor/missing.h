// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/load/service.h"
#include "format/contract/format.h"
#include "tools/doctor/place/finding.h"
#include "tools/doctor/servers.h"
#include "tools/doctor/study.h"

namespace routemeter::doctor {

/// What the metrics of the rule file need and this log lacks: a problem for each field, with the metrics that
/// it costs, and with the last one what to change in `server`. `text` is what the format was made of.
void check_missing(const format::Format& format, Server server, const std::string& text, const Study& study,
                   const app::Service& service, LogReport& report);

}  // namespace routemeter::doctor

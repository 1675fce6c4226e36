// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/status/status_page.h"

// The parts of the status page that numbers decide: its problems, and the sections of one service as HTML. A
// table that is empty is a sentence instead.

namespace routemeter::app {

/// Something that a person should know before anything else on the page.
struct Finding {
  bool bad = false;  ///< numbers may be wrong or old; else only worth a look
  std::string html;  ///< the problem and its remedy, escaped
};

/// Bad ones first.
std::vector<Finding> find_problems(const Status& status);

/// The number of lines read, as the sum of measured, excluded and ignored requests and other lines.
std::string totals_section(const ServiceView& service);
std::string logs_section(const ServiceView& service, double now);
/// Lines that are no requests, by log and reason, with samples.
std::string unparsed_section(const ServiceView& service);
std::string rules_section(const ServiceView& service, double now);
std::string unmatched_section(const ServiceView& service);

}  // namespace routemeter::app

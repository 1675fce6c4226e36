// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/status/status_page.h"

// The sections of one service, as HTML. A table that is empty is a sentence instead.

namespace routemeter::app {

/// Lines read, and what became of them: the sum of DESIGN.md 4.1.
void append_totals(std::string& out, const ServiceView& service);
void append_logs(std::string& out, const ServiceView& service, double now);
/// Lines that are no requests, by log and reason, with samples.
void append_unparsed(std::string& out, const ServiceView& service);
void append_rules(std::string& out, const ServiceView& service, double now);
void append_unmatched(std::string& out, const ServiceView& service);

}  // namespace routemeter::app

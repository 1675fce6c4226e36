// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/snapshot.h"

namespace routemeter::app {

/// Appends the process_* families that every exporter has, read from /proc/self. What cannot be read is left
/// out.
void append_process_metrics(model::Snapshot& out);

/// One family with one unlabelled sample.
model::Family single_gauge(std::string name, std::string help, double value);
model::Family single_counter(std::string name, std::string help, std::uint64_t value);

}  // namespace routemeter::app

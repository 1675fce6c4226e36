// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/snapshot.h"

namespace routemeter::app {

/// Appends the process_* families that every exporter has, read from /proc/self. What cannot be read is left
/// out.
void append_process_metrics(model::Snapshot& out);

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/snapshot.h"
#include "state/state_dir.h"

namespace routemeter::app {

/// Since when the counters of a run count, Unix time in seconds: what the state says, or `now` where it does
/// not.
double counting_since(const state::Sections& saved, double now);

/// Appends what counting_since() of the next start reads.
void save_counting_since(double since, state::Sections& out);

/// Tells it of every series: all of them stood at 0 then.
void set_created(double since, model::Snapshot& families);

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "explain/sample_diff.h"
#include "model/snapshot.h"

namespace routemeter::explain {

/// Series that appear, vanish or count something else. A family whose type or borders are others has other
/// series: all of its former ones vanish.
std::vector<SeriesChange> series_changes(const model::Snapshot& before, const model::Snapshot& after);

}  // namespace routemeter::explain

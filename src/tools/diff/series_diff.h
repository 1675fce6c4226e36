// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "model/snapshot.h"
#include "tools/diff/sample_diff.h"

namespace routemeter::explain {

/// Series that appear, vanish or count something else. A family whose type or borders are others has other
/// series: all of its former ones vanish.
std::vector<SeriesChange> series_changes(const model::Snapshot& before, const model::Snapshot& after);

}  // namespace routemeter::explain

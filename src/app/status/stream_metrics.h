// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "input/follow/follower.h"
#include "model/snapshot.h"

namespace routemeter::app {

/// What a stream lost on its way, by reason: the values of the label `reason` below.
std::vector<std::pair<std::string_view, std::uint64_t>> stream_losses(
    const input::StreamSource::Stats& stats);

/// Appends what happened to logs that are streams: only those that there are, and nothing without any.
void append_stream_metrics(const std::vector<input::StreamStatus>& streams, model::Snapshot& out);

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/snapshot.h"
#include "pipeline/counters.h"

namespace routemeter::app {

/// What the own metrics say of one followed log.
struct SourceStatus {
  std::string name;
  const pipeline::Counters* counters = nullptr;
  std::uint64_t lag_bytes = 0;
  double last_request_time = -1;  ///< seconds since the epoch; negative = none yet
};

/// Appends the routemeter_* families (DESIGN.md 5). They come from the same batch boundary as the request
/// metrics beside them, so that the sums agree in every scrape (DESIGN.md 4.1).
void append_own_metrics(const std::vector<SourceStatus>& sources, std::uint64_t series, std::uint64_t scrapes,
                        model::Snapshot& out);

}  // namespace routemeter::app

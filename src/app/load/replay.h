// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/load/service.h"
#include "model/snapshot.h"
#include "pipeline/counters.h"
#include "util/result.h"

namespace routemeter::app {

struct ReplayOptions : CommonOptions {
  unsigned threads = 0;  ///< 0 = one per core
};

/// One log's part of a replay.
struct ReplayedLog {
  std::string name;
  std::string format;  ///< empty when the log had no line to tell it from
  pipeline::Counters counters;
};

struct ReplayResult {
  model::Snapshot snapshot;
  std::vector<ReplayedLog> logs;
  std::vector<std::string> notes;  ///< metrics that the formats cannot give, one line each
  bool enabled = true;             ///< false: respect_env_var switched it off, nothing was read
  unsigned threads = 1;            ///< really used
  util::Diagnostics failures;      ///< reading failed half-way: the rest counts what could be read
};

/// Bytes read so far and in all (0 = unknown). Called from one thread at a time, a few times per second.
using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Reads all logs to their ends. The snapshot is the same for any number of threads. A log that cannot
/// be opened or has no known format is an error before anything is counted; all of them at once.
util::Result<ReplayResult> replay(const ReplayOptions& options, const Progress& progress);

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "expose/http/http_server.h"
#include "input/follow/follower.h"
#include "model/snapshot.h"
#include "pipeline/counters.h"

namespace routemeter::app {

/// What the own metrics say of one log as the user named it.
struct SourceStatus {
  std::string name;
  const pipeline::Counters* counters = nullptr;
  double last_request_time = -1;  ///< seconds since the epoch; negative = none yet
};

/// What the durable state is doing; absent without a state directory.
struct StateStatus {
  bool present = false;
  std::string load;  ///< what the start found: ok, previous, missing, corrupt
  std::uint64_t commits = 0;
  bool in_sync = true;
  std::map<int, std::uint64_t> failures;  ///< commits that failed, by errno
};

struct OwnStatus {
  std::vector<SourceStatus> sources;
  std::vector<input::FileStatus> files;
  std::vector<input::StreamStatus> streams;
  input::FollowStats follow;
  std::vector<std::pair<std::string, std::uint64_t>> overflow;  ///< requests folded into "other", by family
  std::uint64_t series = 0;
  StateStatus state;
  bool reload_ok = true;
  double reload_time = 0;  ///< of the last successful load of rules, seconds since the epoch
  expose::HttpStats http;
  std::uint64_t scrapes = 0;
  std::uint64_t scrape_ns = 0;  ///< spent on answering them, reading and committing included
};

/// Appends the routemeter_* families (DESIGN.md 5). They come from the same batch boundary as the request
/// metrics beside them, so that the sums agree in every scrape (DESIGN.md 4.1).
void append_own_metrics(const OwnStatus& status, model::Snapshot& out);

}  // namespace routemeter::app

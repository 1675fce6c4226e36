// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/own_metrics.h"
#include "app/service.h"
#include "input/follower.h"
#include "model/snapshot.h"
#include "pipeline/worker.h"
#include "util/log.h"
#include "util/result.h"

namespace routemeter::app {

/// One service of `serve`: its logs, followed; its rules; its counters. Used by the pipeline thread only.
class LogService {
 public:
  /// Opens the logs and, unless the format is `auto`, makes the metrics. Errors: rules, formats, paths.
  static util::Result<std::unique_ptr<LogService>> start(CommonOptions options, const util::Logger& log);

  int wake_fd() const { return follower_ == nullptr ? -1 : follower_->wake_fd(); }
  /// Looks at the files again; read_block() then reads to what is there now.
  void look();
  /// Takes in the next block of lines. False when everything is read. An error only while the service has
  /// no format yet and cannot find one: later, a log that fits nothing counts as no_match.
  util::Result<bool> read_block();
  /// Appends the request metrics of this service.
  void collect(model::Snapshot& out) const;
  std::vector<SourceStatus> sources() const;
  std::size_t series() const { return worker_ == nullptr ? 0 : worker_->store().series_count(); }

 private:
  struct FollowedLog {
    std::string name;
    pipeline::Source source;
    bool decided = false;  // the format is known, or known to be none
    bool said_waiting = false;
  };

  LogService(Service service, std::vector<std::string> paths, const util::Logger& log);
  util::Result<bool> open();
  util::Result<bool> create_worker(const format::Format& format);
  util::Result<bool> decide(FollowedLog& log, std::string_view text);

  Service service_;
  const util::Logger& log_;
  std::vector<FollowedLog> logs_;
  std::unique_ptr<input::Follower> follower_;  // null when respect_env_var switched the service off
  std::unique_ptr<pipeline::Worker> worker_;   // null until a format is known: the metrics depend on it
  input::Block block_;
};

}  // namespace routemeter::app

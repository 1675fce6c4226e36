// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/load/line_notes.h"
#include "app/load/service.h"
#include "app/status/status_page.h"
#include "format/contract/format.h"
#include "input/follow/follower.h"
#include "model/snapshot.h"
#include "pipeline/worker.h"
#include "state/state_dir.h"
#include "telemetry/registry.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/result.h"

namespace routemeter::app {

/// Messages that a stream lost, by reason.
std::vector<std::pair<std::string_view, std::uint64_t>> stream_losses(
    const input::StreamSource::Stats& stats);

/// One service of `serve`: its logs, followed; its rules; its counters. Used by the pipeline thread only.
class LogService {
 public:
  struct Setup {
    std::string name = "default";
    bool configured = false;  ///< by --config.file: own metrics carry its name
    CommonOptions common;
    input::FollowOptions follow;
  };

  /// Opens the logs, goes on from what `saved` has of this service, and makes the metrics as soon as the
  /// format is known (`auto`: with the first lines). Errors: rules, formats, paths, metrics.
  static util::Result<std::unique_ptr<LogService>> start(Setup setup, const state::Sections& saved,
                                                         const util::Logger& log,
                                                         const util::Clocks& clocks = {});

  /// Readable when the files may have changed, and when a stream has something, which must not wait; -1 =
  /// none.
  int wake_fd() const { return follower_ == nullptr ? -1 : follower_->wake_fd(); }
  int stream_fd() const { return follower_ == nullptr ? -1 : follower_->stream_fd(); }
  /// True if wake_fd() tells of every directory.
  bool watching() const { return follower_ == nullptr || follower_->watching(); }
  /// Looks at the files again; read_block() then reads to what is there now.
  void look();
  /// Takes in the next block of lines. False when everything is read. An error only while the service has
  /// no format yet and cannot find one: later, a log that fits nothing counts as no_match.
  util::Result<bool> read_block();

  /// Appends what a restart needs: positions and counters as of the last block.
  void save(state::Sections& out) const;
  /// True if `saved` has the positions that save() would append. They may change without a line: files come,
  /// go and get other names.
  bool has_positions(const state::Sections& saved) const;

  /// Rules loaded anew, ready to take over. Nothing has changed yet.
  struct Reloaded {
    CommonOptions common;
    Service service;
    std::unique_ptr<pipeline::Worker> worker;
  };
  util::Result<Reloaded> prepare_reload(const CommonOptions& common) const;
  /// Takes over: the next line is measured by the new rules; series that stayed the same go on.
  void apply(Reloaded reloaded);

  /// Appends the request metrics of this service, frozen, but for the families that its logs turned out to
  /// lack. They are of store().
  void collect(model::Snapshot& out) const;
  std::shared_ptr<const metric::Store> store() const {
    return worker_ == nullptr ? nullptr : worker_->shared_store();
  }
  /// Adds this service's part of the own metrics, as of the last block (log_service_metrics.cc).
  void collect_own(telemetry::Collector& out) const;

  const std::string& name() const { return setup_.name; }
  const Setup& setup() const { return setup_; }
  const model::RuleFile& rules() const { return service_.rules; }
  const Service& service() const { return service_; }
  const pipeline::Worker* worker() const { return worker_.get(); }
  const pipeline::Unmatched& unmatched() const { return unmatched_; }
  const route::Router& router() const { return *service_.router; }
  bool enabled() const { return service_.enabled; }
  /// Null when respect_env_var switched the service off.
  const input::Follower* follower() const { return follower_.get(); }
  std::uint64_t series_count() const;
  /// Requests folded into "other", by family.
  std::vector<std::pair<std::string, std::uint64_t>> overflow_counts() const;

  /// What became of the lines of each log, by source; behind them logs of an earlier run that are not
  /// followed now. The counters live as long as the service.
  std::vector<LogView> logs() const;

 private:
  struct FollowedLog {
    std::string name;
    pipeline::Source source;
    LineNotes notes;
    bool decided = false;  // the format is known, or known to be none
    bool said_waiting = false;
    bool said_missing = false;
    model::FieldSet certain;   // fields that every line of its format has
    bool open = false;         // what other fields there are, only the lines tell
    std::string format;        // for people
    model::FormatSpec chosen;  // what `format` was made of, for the next start
  };

  LogService(Setup setup, Service service, const util::Logger& log, util::Clocks clocks);
  util::Result<bool> open(const state::Sections& saved);
  util::Result<bool> create_worker(model::FieldSet available, const std::string& format);
  util::Result<bool> decide(FollowedLog& log, std::string_view text);
  model::FieldSet seen() const;
  void say_missing(FollowedLog& log) const;
  void use_format(FollowedLog& log, const format::Format& format, model::FormatSpec chosen);

  void collect_lines(telemetry::Collector& out) const;
  std::string save_positions() const;
  // The section "service/NAME": what became of the lines, and which formats the logs have.
  std::string save_logs() const;
  bool restore_logs(std::string_view bytes);

  Setup setup_;
  Service service_;
  const util::Logger& log_;
  util::Clocks clocks_;
  std::vector<FollowedLog> logs_;  // by source; behind them logs of an earlier run that are not followed now
  std::unique_ptr<input::Follower> follower_;  // null when respect_env_var switched the service off
  std::unique_ptr<pipeline::Worker> worker_;   // null until a format is known: the metrics depend on it
  bool said_overflow_ = false;
  model::FieldSet available_;      // what the worker's metrics were made for
  pipeline::Unmatched unmatched_;  // goes on over reloads
  input::Block block_;
};

using LogServices = std::vector<std::unique_ptr<LogService>>;

}  // namespace routemeter::app

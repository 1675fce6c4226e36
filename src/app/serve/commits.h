// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "app/serve/log_service.h"
#include "state/state_dir.h"
#include "telemetry/registry.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/result.h"

namespace routemeter::app {

/// Opens the state directory of `serve` and logs what it found; null when `dir` is empty.
util::Result<std::unique_ptr<state::StateDir>> open_state(const std::string& dir, bool sync,
                                                          const util::Logger& log);

/// Commits positions and counters of all services together, when there is something to commit. Without a
/// state directory it does nothing, and everything counts as in sync. For the pipeline thread.
class Commits {
 public:
  using Clock = util::SteadyClock;

  /// `dir` may be null. Its own metrics go to `registry`.
  Commits(std::unique_ptr<state::StateDir> dir, telemetry::Registry& registry, const util::Logger& log,
          const util::Clocks& clocks = {});
  Commits(const Commits&) = delete;
  Commits& operator=(const Commits&) = delete;

  bool has_state() const { return dir_ != nullptr; }
  /// The sections of an earlier run; empty without a state.
  const state::Sections& loaded() const;
  /// There was a state and it is damaged: a log may not be counted from its beginning again.
  bool lost() const { return dir_ != nullptr && dir_->load_result() == state::Load::kCorrupt; }
  /// Since when the counters count, Unix time.
  double since() const { return since_; }

  /// Something is not as it was committed.
  void changed() { changed_ = true; }
  /// True if clients may get their page now: it is committed before, and commits must not be too frequent.
  bool may_answer(Clock::time_point now) const;

  void commit(const LogServices& services);
  void commit_changes(const LogServices& services) {
    if (changed_) commit(services);
  }
  void commit_when_due(const LogServices& services, Clock::time_point now) {
    if (now - last_ >= kEvery) commit(services);
  }

  /// True if the last commit worked.
  bool in_sync() const { return failing_ == 0; }
  /// Number of commits over the life of the state directory.
  std::uint64_t count() const { return dir_ == nullptr ? 0 : dir_->generation(); }
  std::string problem() const;  ///< why commits fail; empty = they do not
  double age_seconds() const;   ///< of the last good commit

 private:
  static constexpr std::chrono::seconds kEvery{5};

  void write(const state::Sections& sections);
  bool is_committed(const LogServices& services) const;
  void collect_own(telemetry::Collector& out) const;

  std::unique_ptr<state::StateDir> dir_;
  const util::Logger& log_;
  util::SteadyNow now_;
  double since_;
  std::optional<telemetry::Histogram> durations_;  // with a state directory
  bool changed_ = false;
  state::Sections committed_;
  Clock::time_point last_{};
  Clock::time_point last_good_{};
  Clock::duration cost_{};
  int failing_ = 0;  // errno of the last commit; 0 = it worked
  std::map<int, std::uint64_t> failures_;
};

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/serve/durable.h"
#include "app/serve/log_service.h"
#include "state/state_dir.h"
#include "telemetry/registry.h"
#include "util/log.h"

namespace routemeter::app {

/// Commits positions and counters of all services together, when there is something to commit. For the
/// pipeline thread.
class Commits {
 public:
  using Clock = Durable::Clock;

  /// `now`: Unix time of the start. Its own metrics are in `registry`, which calls it.
  Commits(Durable durable, double now, telemetry::Registry& registry, const util::Logger& log);
  Commits(const Commits&) = delete;
  Commits& operator=(const Commits&) = delete;

  const Durable& durable() const { return durable_; }
  /// Since when the counters count, Unix time.
  double since() const { return since_; }

  /// Something is not as it was committed.
  void changed() { changed_ = true; }
  /// What clients see is committed first, if it is not yet, and commits have their pace.
  bool may_answer(Clock::time_point now) const {
    return !durable_.present() || !changed_ || durable_.may_commit(now);
  }

  using Services = std::vector<std::unique_ptr<LogService>>;
  void commit(const Services& services);
  void commit_changes(const Services& services) {
    if (changed_) commit(services);
  }
  void commit_when_due(const Services& services, Clock::time_point now) {
    if (durable_.due(now)) commit(services);
  }

 private:
  bool is_committed(const Services& services) const;

  Durable durable_;
  const util::Logger& log_;
  double since_;
  std::optional<telemetry::Histogram> durations_;  // with a state directory
  bool changed_ = false;
  state::Sections committed_;
};

}  // namespace routemeter::app

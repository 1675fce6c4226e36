// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "state/state_dir.h"
#include "telemetry/registry.h"
#include "util/log.h"
#include "util/result.h"

namespace routemeter::app {

/// The state directory of `serve`, or none: then commits do nothing and everything counts as in sync.
/// Used by the pipeline thread.
class Durable {
 public:
  using Clock = std::chrono::steady_clock;

  /// `dir` empty = no state is kept.
  static util::Result<Durable> open(const std::string& dir, bool sync, const util::Logger& log);

  bool present() const { return dir_ != nullptr; }
  /// What an earlier run left; empty without a state.
  const state::Sections& loaded() const;
  /// A state was there and is lost: a log may not be counted from its beginning again.
  bool lost() const { return dir_ != nullptr && dir_->load_result() == state::Load::kCorrupt; }

  /// Makes `sections` durable. A failure is said once per change and counted; the next commit tries again.
  void commit(const state::Sections& sections, const util::Logger& log);
  /// True when the last commit is long enough ago for another: scrapes that come faster share one.
  bool may_commit(Clock::time_point now) const;
  /// True when the regular commit is due.
  bool due(Clock::time_point now) const { return present() && now - last_ >= kEvery; }

  /// Whether the last commit worked, and what it wrote is still there.
  bool is_good() const { return failing_ == 0 && (dir_ == nullptr || dir_->is_in_place()); }
  /// How long the last commit took.
  Clock::duration cost() const { return cost_; }
  /// Nothing to commit: the regular commit is due later again.
  void rest() { last_ = Clock::now(); }

  bool in_sync() const { return failing_ == 0; }
  /// Over the life of the state directory.
  std::uint64_t commits() const { return dir_ == nullptr ? 0 : dir_->generation(); }
  /// Its own metrics; none without a state directory.
  void collect_own(telemetry::Collector& out) const;
  std::string problem() const;  ///< why commits fail; empty = they do not
  double age_seconds() const;   ///< of the last good commit

 private:
  static constexpr std::chrono::seconds kEvery{5};

  std::unique_ptr<state::StateDir> dir_;
  Clock::time_point last_{};
  Clock::time_point last_good_{};
  Clock::duration cost_{};
  int failing_ = 0;  // errno of the last commit; 0 = it worked
  std::map<int, std::uint64_t> failures_;
};

}  // namespace routemeter::app

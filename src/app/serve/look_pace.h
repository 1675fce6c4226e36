// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace routemeter::app {

/// The pace at which `serve` looks at its files when nobody asks: soon after they change, but once for many
/// writes, and from time to time for what inotify does not tell (NFS, writes through mmap, lost watches). A
/// look costs a few system calls a file, so that what it may take of the time grows with their number. A
/// scrape never waits for this: it looks before it is answered.
class LookPace {
 public:
  using Clock = std::chrono::steady_clock;

  /// A look has ended, after so long; `watching`: inotify tells of every directory.
  void looked(Clock::time_point now, Clock::duration cost, bool watching) {
    soonest_ = now + std::clamp<Clock::duration>(cost * kChangedShare, kLeastPause, kMostPause);
    latest_ =
        now + (watching ? std::clamp<Clock::duration>(cost * kIdleShare, kLeastIdle, kMostIdle) : kLeastIdle);
  }

  /// Changes can wait until then; what comes meanwhile is one look.
  Clock::time_point soonest() const { return soonest_; }
  /// Then it is time for a look without a cause.
  Clock::time_point latest() const { return latest_; }

 private:
  // Looks at a log that is written all the time take a twentieth of a core at most, those without a cause a
  // three-thousandth.
  static constexpr int kChangedShare = 20;
  static constexpr int kIdleShare = 3000;
  static constexpr Clock::duration kLeastPause = std::chrono::milliseconds(5);
  static constexpr Clock::duration kMostPause = std::chrono::milliseconds(200);
  static constexpr Clock::duration kLeastIdle = std::chrono::seconds(1);
  static constexpr Clock::duration kMostIdle = std::chrono::seconds(15);

  Clock::time_point soonest_{};
  Clock::time_point latest_{};
};

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace routemeter::util {

/// A token bucket for log records that a client can cause: at most `burst` at once and `burst` per interval
/// in the long run. Time comes from the caller. For one thread.
class RateLimit {
 public:
  using Duration = std::chrono::nanoseconds;
  using Time = std::chrono::time_point<std::chrono::steady_clock, Duration>;

  /// `burst` is at least 1, `interval` at least `burst` nanoseconds.
  RateLimit(std::uint32_t burst, Duration interval)
      : price_(interval / burst), full_(price_ * burst), credit_(full_) {}

  /// Nothing: do not log. Else log, and say how many were suppressed since the last one that was let through.
  std::optional<std::uint64_t> admit(Time now) {
    if (last_ && now > *last_)
      credit_ = now - *last_ >= full_ ? full_ : std::min(full_, credit_ + (now - *last_));
    if (!last_ || now > *last_) last_ = now;
    if (credit_ < price_) {
      ++suppressed_;
      return std::nullopt;
    }
    credit_ -= price_;
    return std::exchange(suppressed_, 0);
  }

  /// How many are suppressed that no record has told of yet.
  std::uint64_t suppressed() const { return suppressed_; }

 private:
  Duration price_;  // of one record, paid from the time that passed
  Duration full_;
  Duration credit_;
  std::optional<Time> last_;
  std::uint64_t suppressed_ = 0;
};

}  // namespace routemeter::util

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

namespace routemeter::util {

using SteadyClock = std::chrono::steady_clock;

/// The time now on the clock that never goes back; a test gives a made one.
using SteadyNow = std::function<SteadyClock::time_point()>;

/// Seconds since the epoch.
inline double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The clocks of a part of the program.
struct Clocks {
  SteadyNow now = SteadyClock::now;
  std::function<double()> unix_time = unix_now;
};

}  // namespace routemeter::util

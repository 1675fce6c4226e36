// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>

#include "util/fd.h"

namespace routemeter::app {

/// Reports to the service manager: the protocol of sd_notify(3), without libsystemd. Without
/// $NOTIFY_SOCKET every call does nothing. No call blocks: what the socket does not take now is kept, in
/// order, and goes out with the next call. For one thread.
class Systemd {
 public:
  using Clock = std::chrono::steady_clock;

  /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
  Systemd();

  /// After the start, and at the end of every reload.
  void ready() { send("READY=1"); }
  /// At the begin of a reload; ready() must follow, whether it succeeds or not.
  void reloading();
  void stopping() { send("STOPPING=1"); }
  /// One line for `systemctl status`.
  void status(std::string_view text);

  /// Call it from the loop that must be alive, at least every second: sends what is kept, and the sign of
  /// life when a third of the watchdog's time is over.
  void tick(Clock::time_point now);

 private:
  void send(std::string message);
  void flush();

  util::Fd socket_;
  sockaddr_un address_{};
  socklen_t address_size_ = 0;
  std::deque<std::string> kept_;
  std::optional<std::chrono::microseconds> watchdog_;
  std::optional<Clock::time_point> last_sign_;
};

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include "expose/http_server.h"
#include "util/fd.h"

namespace routemeter::app {

/// Brings scrapes from the HTTP thread to the pipeline thread, which alone may look at the store. Scrapes
/// that wait at the same time get the same page.
class ScrapeQueue {
 public:
  using Clock = std::chrono::steady_clock;

  ScrapeQueue();
  /// For the HTTP thread.
  void add(expose::Respond respond);
  /// Polls readable while scrapes wait.
  int fd() const { return event_.get(); }
  /// When the oldest waiting scrape came; nothing when none waits.
  std::optional<Clock::time_point> oldest();
  /// Takes all that wait.
  std::vector<expose::Respond> take();

 private:
  util::Fd event_;
  std::mutex mutex_;
  std::vector<expose::Respond> waiting_;
  Clock::time_point first_;
};

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

#include "expose/accept.h"
#include "expose/http_server.h"
#include "util/fd.h"

namespace routemeter::app {

/// A client that waits, and how it wants its page.
struct WaitingScrape {
  expose::Choice choice;
  expose::Respond respond;
};

/// Brings scrapes from the HTTP thread to the pipeline thread, which alone may look at the store. Scrapes
/// that wait at the same time get the same page.
class ScrapeQueue {
 public:
  using Clock = std::chrono::steady_clock;

  ScrapeQueue();
  /// For the HTTP thread.
  void add(WaitingScrape scrape);
  /// Polls readable while scrapes wait.
  int fd() const { return event_.get(); }
  /// When the oldest waiting scrape came; nothing when none waits.
  std::optional<Clock::time_point> oldest();
  /// Takes all that wait.
  std::vector<WaitingScrape> take();

 private:
  util::Fd event_;
  std::mutex mutex_;
  std::vector<WaitingScrape> waiting_;
  Clock::time_point first_;
};

}  // namespace routemeter::app

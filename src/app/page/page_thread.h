// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "app/page/client_queue.h"
#include "app/page/request_page.h"
#include "model/snapshot.h"
#include "telemetry/registry.h"
#include "util/fd.h"

namespace routemeter::app {

/// Writes, compresses and answers what scrapes get, while the pipeline goes on reading. One job at a time:
/// who comes meanwhile waits in the queue, and all that wait get one page.
class PageThread {
 public:
  using Clock = ClientQueue::Clock;

  struct Job {
    std::shared_ptr<RequestPage> requests;
    model::Snapshot own;  ///< the metrics of routemeter itself
    std::vector<WaitingClient> clients;
    Clock::time_point start;  ///< when the pipeline took it up
  };

  /// Observes in `durations` how long each scrape took, in seconds from `start` to the answer.
  explicit PageThread(telemetry::Histogram durations);
  PageThread(const PageThread&) = delete;
  PageThread& operator=(const PageThread&) = delete;
  ~PageThread() { finish(); }

  /// Pipeline thread: whether a job is going on. While it is, done_fd() polls readable when it has ended.
  bool busy();
  int done_fd() const { return done_.get(); }
  /// Pipeline thread, when not busy.
  void start(Job job);
  /// Ends the job and the thread.
  void finish();

 private:
  void run();
  static void answer(const Job& job);

  util::Fd done_;
  bool busy_ = false;  // the pipeline's
  telemetry::Histogram durations_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Job> job_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace routemeter::app

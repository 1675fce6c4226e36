// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "expose/header/request_headers.h"
#include "expose/http/http_server.h"
#include "expose/http/suspended_connection.h"
#include "expose/text/text.h"
#include "metric/store/store.h"
#include "model/snapshot.h"
#include "telemetry/registry.h"
#include "util/clock.h"

// From a request to its page: clients wait in a queue for the pipeline thread, which takes a snapshot; a
// thread of its own writes and sends the page.

namespace routemeter::app {

/// A client that waits for the pipeline thread, and what it wants.
struct WaitingClient {
  enum class Wants : std::uint8_t { kMetrics, kStatusPage, kReload };
  Wants wants = Wants::kMetrics;
  expose::Choice choice;  ///< for kMetrics
  bool gzip = false;      ///< likewise: compressed
  expose::Respond respond;
};

/// Brings requests from the HTTP thread to the pipeline thread, which alone may look at the stores. Clients
/// that wait at the same time get the same page.
class ClientQueue {
 public:
  using Clock = util::SteadyClock;

  explicit ClientQueue(util::SteadyNow now = Clock::now) : now_(std::move(now)) {}
  /// For the HTTP thread.
  void add(WaitingClient client);
  /// Polls readable while clients wait.
  int fd() const { return waker_.fd(); }
  /// The time at which the oldest waiting client came; empty when none waits.
  std::optional<Clock::time_point> oldest();
  /// Takes all that wait.
  std::vector<WaitingClient> take();

 private:
  const util::SteadyNow now_;
  expose::Waker waker_;
  std::mutex mutex_;
  std::vector<WaitingClient> waiting_;
  Clock::time_point first_;
};

/// One of the forms in which a client can ask for a page.
struct PageForm {
  expose::Dialect dialect = expose::Dialect::kText;
  bool gzip = false;

  static constexpr std::size_t kForms = expose::kDialects * 2;
  std::size_t number() const { return static_cast<std::size_t>(dialect) * 2 + (gzip ? 1 : 0); }
};

/// The request metrics as they were at some moment. Every scrape shows them until another line is counted, so
/// they are written once for each form that is asked for.
class RequestPage {
 public:
  /// `families`: frozen; `stores`: that they are of.
  RequestPage(model::Snapshot families, std::vector<std::shared_ptr<const metric::Store>> stores)
      : stores_(std::move(stores)), families_(std::move(families)) {}

  /// For one thread.
  const expose::PagePart& part(PageForm form) {
    std::optional<expose::PagePart>& part = parts_[form.number()];
    if (!part) part.emplace(families_, form.dialect, form.gzip, false);
    return *part;
  }

 private:
  std::vector<std::shared_ptr<const metric::Store>> stores_;  // before what sees them
  model::Snapshot families_;
  std::array<std::optional<expose::PagePart>, PageForm::kForms> parts_;
};

/// Writes, compresses and answers what scrapes get, while the pipeline goes on reading. One job at a time:
/// clients that come meanwhile wait in the queue, and all of them get one page.
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
  explicit PageThread(telemetry::Histogram durations, util::SteadyNow now = Clock::now);
  PageThread(const PageThread&) = delete;
  PageThread& operator=(const PageThread&) = delete;
  ~PageThread() { finish(); }

  /// Pipeline thread: whether a job is going on. While it is, done_fd() polls readable when it has ended.
  bool busy();
  int done_fd() const { return done_.fd(); }
  /// Pipeline thread, when not busy.
  void start(Job job);
  /// Ends the job and the thread.
  void finish();

 private:
  void run();
  static void answer(const Job& job);

  const util::SteadyNow now_;
  expose::Waker done_;
  bool busy_ = false;  // the pipeline's
  telemetry::Histogram durations_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Job> job_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace routemeter::app

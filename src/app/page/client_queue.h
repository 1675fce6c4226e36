// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "expose/header/request_headers.h"
#include "expose/http/http_server.h"
#include "util/fd.h"

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
  using Clock = std::chrono::steady_clock;

  ClientQueue();
  /// For the HTTP thread.
  void add(WaitingClient client);
  /// Polls readable while clients wait.
  int fd() const { return event_.get(); }
  /// When the oldest waiting client came; nothing when none waits.
  std::optional<Clock::time_point> oldest();
  /// Takes all that wait.
  std::vector<WaitingClient> take();

 private:
  util::Fd event_;
  std::mutex mutex_;
  std::vector<WaitingClient> waiting_;
  Clock::time_point first_;
};

}  // namespace routemeter::app

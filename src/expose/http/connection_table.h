// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>

#include "expose/http/http_server.h"

namespace routemeter::expose {

class PendingRequest;
class TlsContext;

/// The state of a connection; each phase has a total time that nothing prolongs.
enum class Phase : std::uint8_t {
  kHead,       ///< new: its first request has not come completely (the TLS handshake counts)
  kAnswering,  ///< from a complete request to the last byte of its answer
  kIdle,       ///< between an answer and the next complete request
  kCut,        ///< shut down by us, not gone yet
};

struct Connection {
  int fd = -1;
  Phase phase = Phase::kHead;
  std::chrono::steady_clock::time_point since;  ///< of the phase
  PendingRequest* pending = nullptr;            ///< the request that is open on it
  std::shared_ptr<const TlsContext> tls;        ///< null = plain
};

/// The open connections by phase and age. Every operation takes constant time, so that a flood of
/// connections costs no more than each of them. For one thread.
class ConnectionTable {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ConnectionTable(const HttpLimits& limits) : times_{limits.head, limits.response, limits.idle} {}

  /// The entry stays where it is until remove().
  Connection* add(int fd, Clock::time_point now);
  void enter(Connection* connection, Phase phase, Clock::time_point now);
  void remove(Connection* connection);

  /// Connections that are not cut.
  std::size_t size() const { return live_; }
  bool any(Phase phase) const { return !list(phase).empty(); }
  /// One whose phase has lasted too long, or null.
  Connection* overdue(Clock::time_point now);
  /// The longest in that phase, or null.
  Connection* oldest(Phase phase) { return list(phase).empty() ? nullptr : &list(phase).front(); }
  /// The earliest time at which overdue() may return a connection.
  std::optional<Clock::time_point> next_deadline() const;
  /// The connection to close when there is no room: the oldest without a complete request, else the one that
  /// has been answered for longest (a scrape takes milliseconds, so it reads slowly). Null when all are cut.
  Connection* most_dispensable();

 private:
  struct Entry : Connection {
    std::list<Entry>::iterator self;
  };
  using List = std::list<Entry>;
  static constexpr std::array kTimed = {Phase::kHead, Phase::kAnswering, Phase::kIdle};

  List& list(Phase phase) { return lists_[static_cast<std::size_t>(phase)]; }
  const List& list(Phase phase) const { return lists_[static_cast<std::size_t>(phase)]; }
  Clock::duration time(Phase phase) const { return times_[static_cast<std::size_t>(phase)]; }

  std::array<Clock::duration, 3> times_;
  std::array<List, 4> lists_;  // each in order of `since`, so that the first is the first to be overdue
  std::size_t live_ = 0;
};

}  // namespace routemeter::expose

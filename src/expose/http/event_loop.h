// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include <microhttpd.h>

#include "expose/http/connection_table.h"
#include "expose/http/http_server.h"
#include "expose/http/suspended_connection.h"
#include "expose/listen/listen.h"
#include "util/fd.h"

namespace routemeter::expose {

/// The server's thread: accepts connections, lets libmicrohttpd read and write them, and cuts those that
/// take too long or for whose sake nobody else would get in. libmicrohttpd alone restarts its one timeout
/// with every byte, and refuses new clients when it is full.
class EventLoop {
 public:
  /// All called on this thread.
  struct Callbacks {
    MHD_AccessHandlerCallback on_request = nullptr;
    MHD_RequestCompletedCallback on_completed = nullptr;
    /// Before the thread does anything after a sleep.
    void (*on_wake)(void* self) = nullptr;
    /// The TLS context of a new connection; null = plain HTTP.
    std::shared_ptr<const TlsContext> (*tls_for_new)(void* self) = nullptr;
    void* self = nullptr;
  };

  EventLoop(const HttpLimits& limits, const Callbacks& callbacks);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// False with errno when the system refuses what it takes.
  bool start(std::vector<Listener> listeners);
  /// Closes the listeners, gives clients a moment to get what has been answered, joins. No connection may be
  /// held back any more.
  void stop();

  const Waker& waker() const { return waker_; }
  /// The part of `stats` that is known here.
  void count(HttpStats& stats) const;

  /// For the callbacks.
  static Connection* entry_of(MHD_Connection* connection);
  void enter(Connection* connection, Phase phase);
  /// Closes connections between two requests: the next one is to meet the new TLS settings.
  void cut_idle();

 private:
  using Clock = ConnectionTable::Clock;
  /// In the order of the phases that can last too long.
  enum class Cut : std::uint8_t { kHeadTimeout, kResponseTimeout, kIdle, kRoom };
  static constexpr std::array<std::string_view, 4> kCutNames = {"head_timeout", "response_timeout", "idle",
                                                                "room"};

  static void on_connection(void* self, MHD_Connection* connection, void** slot,
                            MHD_ConnectionNotificationCode code) noexcept;
  bool watch(int fd, std::uint64_t key);
  void run();
  int wait_time() const;
  void poll(int milliseconds);
  MHD_Daemon* daemon(bool tls);
  void run_daemons();
  void accept_from(const Listener& listener);
  void pause_accepting(bool paused);
  void make_room();
  void cut_overdue();
  void cut(Connection* connection, Cut reason);

  const HttpLimits limits_;
  const Callbacks callbacks_;
  Waker waker_;
  util::Fd epoll_;
  std::vector<Listener> listeners_;
  std::array<MHD_Daemon*, 2> daemons_{};  // plain, TLS; each made when it is needed
  std::thread thread_;
  std::atomic<bool> stopping_ = false;
  ConnectionTable table_;
  std::shared_ptr<const TlsContext> accepting_tls_;  // of the connection that is being added
  std::optional<Clock::time_point> accept_again_;    // set while there are no descriptors
  std::atomic<std::uint64_t> open_ = 0;
  std::array<std::atomic<std::uint64_t>, kCutNames.size()> cuts_{};
};

}  // namespace routemeter::expose

// SPDX-License-Identifier: Apache-2.0
#include "expose/http/event_loop.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include <gnutls/abstract.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expose/http/pending_request.h"
#include "expose/http/suspended_connection.h"
#include "expose/listen/tls.h"

namespace routemeter::expose {
namespace {

// Head of the request and of the answer together. libmicrohttpd clears all of it between two requests, so
// that every idle connection has this much resident.
constexpr std::size_t kConnectionMemory = 8UL * 1024;
constexpr unsigned kCutMargin = 1024;        // connections that are cut and not gone count for libmicrohttpd
constexpr std::int64_t kLongestWait = 1000;  // milliseconds
constexpr int kAcceptBatch = 64;             // then those that are in get their turn
constexpr std::chrono::milliseconds kNoDescriptorsPause{50};
// A slow reader may take long; the end of the program does not wait for it.
constexpr std::chrono::milliseconds kDeliveryTime{250};

// Keys of the epoll set; listeners have their index.
constexpr std::uint64_t kWakerKey = UINT64_MAX;
constexpr std::uint64_t kDaemonKey = UINT64_MAX - 1;

// As libmicrohttpd's own, but "/metrics%00x" must not end at the NUL and pass for "/metrics".
std::size_t unescape(void*, MHD_Connection*, char* text) {
  const std::string_view seen(text);
  return seen.find("%00") != std::string_view::npos ? seen.size() : MHD_http_unescape(text);
}

int no_certificate(gnutls_session_t, const gnutls_datum_t*, int, const gnutls_pk_algorithm_t*, int,
                   gnutls_pcert_st**, unsigned*, gnutls_privkey_t*) {
  return -1;
}

bool use_tls(MHD_Connection* connection, const TlsContext& tls) {
  const MHD_ConnectionInfo* const info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
  return info != nullptr && tls.apply(static_cast<gnutls_session_t>(info->tls_session));
}

}  // namespace

EventLoop::EventLoop(const HttpLimits& limits, const Callbacks& callbacks)
    : limits_(limits), callbacks_(callbacks), epoll_(::epoll_create1(EPOLL_CLOEXEC)), table_(limits) {}

EventLoop::~EventLoop() { stop(); }

bool EventLoop::watch(int fd, std::uint64_t key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

// Run by our thread, without a listener of its own. No timeout: it would be one that every byte restarts.
// Null with errno when there is no memory or descriptor for it.
MHD_Daemon* EventLoop::daemon(bool tls) {
  MHD_Daemon*& made = daemons_[tls ? 1 : 0];
  if (made != nullptr) return made;
  std::array<MHD_OptionItem, 2> extra = {{{MHD_OPTION_END, 0, nullptr}, {MHD_OPTION_END, 0, nullptr}}};
  // Never called: each session gets credentials of its own before its handshake.
  if (tls) extra[0] = {MHD_OPTION_HTTPS_CERT_CALLBACK, 0, reinterpret_cast<void*>(&no_certificate)};
  made = MHD_start_daemon(
      MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
          (tls ? static_cast<unsigned>(MHD_USE_TLS) : 0U),
      0, nullptr, nullptr, callbacks_.on_request, callbacks_.self, MHD_OPTION_CONNECTION_LIMIT,
      static_cast<unsigned>(limits_.connections) + kCutMargin, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      kConnectionMemory, MHD_OPTION_NOTIFY_COMPLETED, callbacks_.on_completed, callbacks_.self,
      MHD_OPTION_NOTIFY_CONNECTION, &EventLoop::on_connection, this, MHD_OPTION_UNESCAPE_CALLBACK, &unescape,
      nullptr, MHD_OPTION_ARRAY, extra.data(), MHD_OPTION_END);
  if (made == nullptr) return nullptr;
  const MHD_DaemonInfo* const info = MHD_get_daemon_info(made, MHD_DAEMON_INFO_EPOLL_FD);
  if (info != nullptr && watch(info->epoll_fd, kDaemonKey)) return made;
  MHD_stop_daemon(made);
  made = nullptr;
  return nullptr;
}

bool EventLoop::start(std::vector<Listener> listeners) {
  listeners_ = std::move(listeners);
  bool ok =
      daemon(callbacks_.tls_for_new(callbacks_.self) != nullptr) != nullptr && watch(waker_.fd(), kWakerKey);
  for (std::size_t i = 0; i < listeners_.size(); ++i) ok = ok && watch(listeners_[i].fd(), i);
  if (!ok) return false;
  const SignalsBlocked guard;
  thread_ = std::thread([this] { run(); });
  return true;
}

void EventLoop::stop() {
  if (thread_.joinable()) {
    stopping_ = true;
    waker_.wake();
    thread_.join();
  }
  for (MHD_Daemon*& daemon : daemons_) {
    if (daemon != nullptr) MHD_stop_daemon(daemon);
    daemon = nullptr;
  }
}

void EventLoop::run() {
  while (!stopping_) {
    poll(wait_time());
    cut_overdue();
    run_daemons();
  }
  listeners_.clear();
  const Clock::time_point end = Clock::now() + kDeliveryTime;
  while (table_.any(Phase::kAnswering) && Clock::now() < end) {
    poll(10);
    run_daemons();
  }
  run_daemons();  // takes up what was resumed a moment ago: no connection may be suspended when it is stopped
}

// The first call may find that connections are over, the second one removes them.
void EventLoop::run_daemons() {
  for (MHD_Daemon* const daemon : daemons_) {
    if (daemon == nullptr) continue;
    MHD_run(daemon);
    MHD_run(daemon);
  }
}

// Until the next thing that no descriptor tells of; -1 = none.
int EventLoop::wait_time() const {
  std::optional<Clock::time_point> next = table_.next_deadline();
  if (accept_again_) next = std::min(next.value_or(*accept_again_), *accept_again_);
  std::int64_t wait = -1;
  if (next) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()).count();
    wait = std::clamp<std::int64_t>(left, 0, kLongestWait);
  }
  for (MHD_Daemon* const daemon : daemons_) {
    MHD_UNSIGNED_LONG_LONG timeout = 0;
    if (daemon == nullptr || MHD_get_timeout(daemon, &timeout) != MHD_YES) continue;
    const auto its = static_cast<std::int64_t>(std::min<MHD_UNSIGNED_LONG_LONG>(timeout, kLongestWait));
    wait = wait < 0 ? its : std::min(wait, its);
  }
  return static_cast<int>(wait);
}

void EventLoop::poll(int milliseconds) {
  std::array<epoll_event, 16> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
  callbacks_.on_wake(callbacks_.self);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
    if (key == kWakerKey) waker_.clear();
    if (key < listeners_.size()) accept_from(listeners_[key]);
  }
  if (accept_again_ && Clock::now() >= *accept_again_) pause_accepting(false);
}

void EventLoop::accept_from(const Listener& listener) {
  for (int i = 0; i < kAcceptBatch; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd =
        ::accept4(listener.fd(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN) return;
      // No descriptors or no memory: one connection less, and not a loop that spins until there is room.
      make_room();
      pause_accepting(true);
      return;
    }
    if (table_.size() >= limits_.connections) make_room();
    accepting_tls_ = callbacks_.tls_for_new(callbacks_.self);
    MHD_Daemon* const to = daemon(accepting_tls_ != nullptr);
    // It closes the socket when it fails.
    if (to == nullptr) {
      ::close(fd);
    } else {
      MHD_add_connection(to, fd, reinterpret_cast<sockaddr*>(&peer), size);
    }
    accepting_tls_.reset();
  }
}

void EventLoop::pause_accepting(bool paused) {
  accept_again_.reset();
  if (paused) accept_again_ = Clock::now() + kNoDescriptorsPause;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    epoll_event event{};
    event.events = paused ? 0U : static_cast<std::uint32_t>(EPOLLIN);
    event.data.u64 = i;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listeners_[i].fd(), &event);
  }
}

void EventLoop::make_room() {
  if (Connection* const victim = table_.most_dispensable()) cut(victim, Cut::kRoom);
}

void EventLoop::cut_overdue() {
  const Clock::time_point now = Clock::now();
  while (Connection* const connection = table_.overdue(now)) {
    cut(connection, static_cast<Cut>(connection->phase));
  }
}

void EventLoop::cut(Connection* connection, Cut reason) {
  ++cuts_[static_cast<std::size_t>(reason)];
  if (connection->phase == Phase::kAnswering) {
    // Close with a reset: what a slow reader has not taken must not stay in the kernel for minutes.
    const linger at_once{1, 0};
    ::setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  table_.enter(connection, Phase::kCut, Clock::now());
  ::shutdown(connection->fd, SHUT_RDWR);
  // Held back until its handler answers, libmicrohttpd would not notice.
  if (connection->pending != nullptr) connection->pending->abandon("took too long\n");
}

void EventLoop::on_connection(void* self, MHD_Connection* connection, void** slot,
                              MHD_ConnectionNotificationCode code) noexcept {
  auto& loop = *static_cast<EventLoop*>(self);
  try {
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
      const MHD_ConnectionInfo* const info =
          MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
      Connection* const entry = loop.table_.add(info->connect_fd, Clock::now());
      *slot = entry;
      entry->tls = loop.accepting_tls_;
      if (entry->tls != nullptr && !use_tls(connection, *entry->tls)) loop.cut(entry, Cut::kRoom);
    } else if (*slot != nullptr) {
      loop.table_.remove(static_cast<Connection*>(*slot));
      *slot = nullptr;
    }
  } catch (...) {
    *slot = nullptr;  // out of memory: on_request refuses a connection that is not in the table
  }
  loop.open_ = loop.table_.size();
}

Connection* EventLoop::entry_of(MHD_Connection* connection) {
  const MHD_ConnectionInfo* const info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == nullptr ? nullptr : static_cast<Connection*>(info->socket_context);
}

void EventLoop::cut_idle() {
  while (Connection* const connection = table_.oldest(Phase::kIdle)) cut(connection, Cut::kIdle);
}

void EventLoop::enter(Connection* connection, Phase phase) { table_.enter(connection, phase, Clock::now()); }

void EventLoop::count(HttpStats& stats) const {
  stats.open_connections = open_;
  for (std::size_t i = 0; i < cuts_.size(); ++i) stats.cut[kCutNames[i]] = cuts_[i];
}

}  // namespace routemeter::expose

// SPDX-License-Identifier: Apache-2.0
#include "expose/front.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "expose/exchange.h"

namespace routemeter::expose {
namespace {

// Head of the request and of the answer together. libmicrohttpd clears all of it between two requests, so
// that every idle connection has this much resident.
constexpr std::size_t kConnectionMemory = 8UL * 1024;
constexpr unsigned kCutMargin = 1024;  // connections that are cut and not gone count for libmicrohttpd
constexpr int kAcceptBatch = 64;       // then those that are in get their turn
constexpr std::chrono::milliseconds kNoDescriptorsPause{50};
// A slow reader may take long; the end of the program does not wait for it.
constexpr std::chrono::milliseconds kDeliveryTime{250};

// Keys of the epoll set; listeners have their index.
constexpr std::uint64_t kWakerKey = UINT64_MAX;
constexpr std::uint64_t kDaemonKey = UINT64_MAX - 1;

// Threads start with the signal mask of the one that starts them: with all blocked, SIGTERM and the like
// stay with the threads that wait for them.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

// As libmicrohttpd's own, but "/metrics%00x" must not end at the NUL and pass for "/metrics".
std::size_t unescape(void*, MHD_Connection*, char* text) {
  const std::string_view seen(text);
  return seen.find("%00") != std::string_view::npos ? seen.size() : MHD_http_unescape(text);
}

}  // namespace

Front::Front(const HttpLimits& limits, const Callbacks& callbacks)
    : limits_(limits), callbacks_(callbacks), epoll_(::epoll_create1(EPOLL_CLOEXEC)), table_(limits) {}

Front::~Front() { stop(); }

bool Front::watch(int fd, std::uint64_t key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool Front::start(std::vector<Listener> listeners) {
  listeners_ = std::move(listeners);
  // Run by our thread, without a listener of its own. No timeout: it would be one that every byte restarts.
  daemon_ = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, nullptr,
                             nullptr, callbacks_.on_request, callbacks_.self, MHD_OPTION_CONNECTION_LIMIT,
                             static_cast<unsigned>(limits_.connections) + kCutMargin,
                             MHD_OPTION_CONNECTION_MEMORY_LIMIT, kConnectionMemory,
                             MHD_OPTION_NOTIFY_COMPLETED, callbacks_.on_completed, callbacks_.self,
                             MHD_OPTION_NOTIFY_CONNECTION, &Front::on_connection, this,
                             MHD_OPTION_UNESCAPE_CALLBACK, &unescape, nullptr, MHD_OPTION_END);
  if (daemon_ == nullptr) return false;
  const MHD_DaemonInfo* const info = MHD_get_daemon_info(daemon_, MHD_DAEMON_INFO_EPOLL_FD);
  bool ok = info != nullptr && watch(info->epoll_fd, kDaemonKey) && watch(waker_.fd(), kWakerKey);
  for (std::size_t i = 0; i < listeners_.size(); ++i) ok = ok && watch(listeners_[i].fd(), i);
  if (!ok) return false;
  const SignalsBlocked guard;
  thread_ = std::thread([this] { run(); });
  return true;
}

void Front::stop() {
  if (thread_.joinable()) {
    stopping_ = true;
    waker_.wake();
    thread_.join();
  }
  if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
  daemon_ = nullptr;
}

void Front::run() {
  while (!stopping_) {
    poll(wait_time());
    cut_overdue();
    run_daemon();
  }
  listeners_.clear();
  const Clock::time_point end = Clock::now() + kDeliveryTime;
  while (table_.any(Phase::kAnswering) && Clock::now() < end) {
    poll(10);
    run_daemon();
  }
  run_daemon();  // takes up what was resumed a moment ago: no connection may be suspended when it is stopped
}

// The first call may find that connections are over, the second one removes them.
void Front::run_daemon() {
  MHD_run(daemon_);
  MHD_run(daemon_);
}

// Until the next thing that no descriptor tells of; -1 = none.
int Front::wait_time() const {
  std::optional<Clock::time_point> next = table_.next_deadline();
  if (accept_again_) next = std::min(next.value_or(*accept_again_), *accept_again_);
  MHD_UNSIGNED_LONG_LONG milliseconds = 0;
  const bool has_timeout = MHD_get_timeout(daemon_, &milliseconds) == MHD_YES;
  if (!next) return has_timeout ? static_cast<int>(std::min(milliseconds, 1000ULL)) : -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()).count();
  const auto own = static_cast<MHD_UNSIGNED_LONG_LONG>(std::clamp<std::int64_t>(left, 0, 1000));
  return static_cast<int>(has_timeout ? std::min(milliseconds, own) : own);
}

void Front::poll(int milliseconds) {
  std::array<epoll_event, 16> events;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), milliseconds);
  for (int i = 0; i < count; ++i) {
    const std::uint64_t key = events[static_cast<std::size_t>(i)].data.u64;
    if (key == kWakerKey) waker_.clear();
    if (key < listeners_.size()) accept_from(listeners_[key]);
  }
  if (accept_again_ && Clock::now() >= *accept_again_) pause_accepting(false);
}

void Front::accept_from(const Listener& listener) {
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
    // It closes the socket when it fails.
    MHD_add_connection(daemon_, fd, reinterpret_cast<sockaddr*>(&peer), size);
  }
}

void Front::pause_accepting(bool paused) {
  accept_again_.reset();
  if (paused) accept_again_ = Clock::now() + kNoDescriptorsPause;
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    epoll_event event{};
    event.events = paused ? 0U : static_cast<std::uint32_t>(EPOLLIN);
    event.data.u64 = i;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listeners_[i].fd(), &event);
  }
}

void Front::make_room() {
  if (Connection* const victim = table_.most_dispensable()) cut(victim, Cut::kRoom);
}

void Front::cut_overdue() {
  const Clock::time_point now = Clock::now();
  while (Connection* const connection = table_.overdue(now)) {
    switch (connection->phase) {
      case Phase::kHead:
        cut(connection, Cut::kHeadTimeout);
        break;
      case Phase::kAnswering:
        cut(connection, Cut::kResponseTimeout);
        break;
      case Phase::kIdle:
      case Phase::kCut:
        cut(connection, Cut::kIdle);
        break;
    }
  }
}

void Front::cut(Connection* connection, Cut reason) {
  ++cuts_[static_cast<std::size_t>(reason)];
  if (connection->phase == Phase::kAnswering) {
    // Close with a reset: what a slow reader has not taken must not stay in the kernel for minutes.
    const linger at_once{1, 0};
    ::setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  table_.enter(connection, Phase::kCut, Clock::now());
  ::shutdown(connection->fd, SHUT_RDWR);
  // Held back until its handler answers, libmicrohttpd would not notice.
  if (connection->exchange != nullptr) {
    connection->exchange->answer(text_response(MHD_HTTP_SERVICE_UNAVAILABLE, "took too long\n"));
  }
}

void Front::on_connection(void* self, MHD_Connection* connection, void** slot,
                          MHD_ConnectionNotificationCode code) noexcept {
  auto& front = *static_cast<Front*>(self);
  try {
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
      const MHD_ConnectionInfo* const info =
          MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
      *slot = front.table_.add(info->connect_fd, Clock::now());
    } else if (*slot != nullptr) {
      front.table_.remove(static_cast<Connection*>(*slot));
      *slot = nullptr;
    }
  } catch (...) {
    *slot = nullptr;  // out of memory: on_request refuses a connection that is not in the table
  }
  front.open_ = front.table_.size();
}

Connection* Front::entry_of(MHD_Connection* connection) {
  const MHD_ConnectionInfo* const info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == nullptr ? nullptr : static_cast<Connection*>(info->socket_context);
}

void Front::enter(Connection* connection, Phase phase) { table_.enter(connection, phase, Clock::now()); }

void Front::count(HttpStats& stats) const {
  const auto of = [this](Cut reason) { return cuts_[static_cast<std::size_t>(reason)].load(); };
  stats.open_connections = open_;
  stats.cut_head_timeout = of(Cut::kHeadTimeout);
  stats.cut_response_timeout = of(Cut::kResponseTimeout);
  stats.cut_idle = of(Cut::kIdle);
  stats.cut_for_room = of(Cut::kRoom);
}

}  // namespace routemeter::expose

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "input/read/block.h"
#include "input/read/byte_source.h"
#include "input/stream/syslog.h"
#include "input/stream/syslog_framing.h"
#include "util/fd.h"

namespace routemeter::input {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kChunk = std::size_t{64} * 1024;  // what a connection gets read per turn
constexpr int kMaxEvents = 64;
constexpr int kMaxAccepts = 64;  // per turn of the listening socket
// The most that one next() reads, and the least that a turn counts for: senders of endless messages and of
// connections get no more of our time.
constexpr std::size_t kTcpEffort = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kTurnEffort = 4096;
constexpr std::chrono::seconds kLookAgain{1};

// A turn that begins below kReadSize ends within the block.
static_assert(kReadSize + kMaxLine + kChunk + 1 <= kBlockSize);

struct Connection {
  util::Fd fd;  // none = a free place
  SyslogFraming framing;
  Clock::time_point active;
  bool heard = false;
};

class Tcp : public StreamSource {
 public:
  Tcp(BoundSocket socket, TcpLimits limits)
      : socket_(std::move(socket)), limits_(limits), chunk_(kChunk), places_(limits.connections) {}

  /// 0 or errno.
  int open() {
    epoll_ = util::Fd(::epoll_create1(EPOLL_CLOEXEC));
    reserve_ = util::Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return epoll_ && reserve_ && watch(socket_.fd.get(), kListening) ? 0 : errno;
  }

  int fd() const override { return epoll_.get(); }
  std::string description() const override { return socket_.name; }
  std::string_view caveat() const override {
    return "what a sender had given to its kernel and we had not committed when either of us or the "
           "connection died is lost; nobody can count it";
  }

  bool next(Block& block) override {
    BlockWriter out(block);
    now_ = Clock::now();
    for (std::size_t effort = 0; effort < kTcpEffort && out.used() < kReadSize; ++turn_) {
      if (turn_ == ready_ && !find_ready()) break;
      // A connection that is not reached now keeps its turn for the next call, so that nobody is first twice.
      effort += take_turn(events_[turn_].data.u64, out);
    }
    if (now_ - looked_ >= kLookAgain) close_torn(out);
    return out.finish();
  }

 private:
  static constexpr std::uint64_t kListening = UINT64_MAX;

  bool watch(int fd, std::uint64_t key) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = key;
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
  }

  bool find_ready() {
    const int found = ::epoll_wait(epoll_.get(), events_.data(), kMaxEvents, 0);
    ready_ = found > 0 ? static_cast<std::size_t>(found) : 0;
    turn_ = 0;
    return ready_ > 0;
  }

  std::size_t take_turn(std::uint64_t key, BlockWriter& out) {
    if (key == kListening) {
      std::size_t effort = kTurnEffort;
      for (int i = 0; i < kMaxAccepts && out.used() < kReadSize && accept(out); ++i) effort += kTurnEffort;
      return effort;
    }
    // The place may be free or another connection's since the event came: then there is nothing to read, or
    // what there is is read early.
    Connection& connection = places_[key];
    return connection.fd ? std::max(serve(connection, out), kTurnEffort) : kTurnEffort;
  }

  // Reads once; returns the bytes.
  std::size_t serve(Connection& from, BlockWriter& out) {
    const ssize_t n = ::recv(from.fd.get(), chunk_.data(), chunk_.size(), MSG_DONTWAIT);
    if (n < 0) {
      if (errno != EAGAIN && errno != EINTR) close(from, out);
      return 0;
    }
    const std::size_t held = from.framing.held();
    const std::size_t used = out.used();
    if (n == 0) {
      if (!from.framing.finish(out)) ++stats_.messages_torn;
      held_ += from.framing.held() - held;  // modulo 2^64: it is less
      forget(from);
      return 0;
    }
    from.active = now_;
    const bool sound = from.framing.add({chunk_.data(), static_cast<std::size_t>(n)}, out);
    from.heard = from.heard || out.used() > used;
    held_ += from.framing.held() - held;  // modulo 2^64: may be less
    if (!sound) {
      ++stats_.framing_errors;
      forget(from);
    } else if (held_ > limits_.held) {
      free_largest();
    }
    return static_cast<std::size_t>(n);
  }

  void free_largest() {
    const auto largest = std::max_element(
        places_.begin(), places_.end(),
        [](const Connection& a, const Connection& b) { return a.framing.held() < b.framing.held(); });
    held_ -= largest->framing.held();
    largest->framing.give_up();
    held_ += largest->framing.held();
  }

  // False when there is nobody to accept, or no way to.
  bool accept(BlockWriter& out) {
    util::Fd fd(::accept4(socket_.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd && (errno == EMFILE || errno == ENFILE)) {
      // A waiting client would wake us again and again.
      reserve_.reset();
      fd = util::Fd(::accept4(socket_.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (fd) ++stats_.connections_refused;
      fd.reset();
      reserve_ = util::Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      return false;
    }
    if (!fd) return errno == ECONNABORTED || errno == EPROTO;
    auto place = std::find_if(places_.begin(), places_.end(), [](const Connection& c) { return !c.fd; });
    if (place == places_.end()) place = evict(out);
    if (!watch(fd.get(), static_cast<std::uint64_t>(place - places_.begin()))) {
      ++stats_.connections_refused;
      return true;
    }
    *place = {std::move(fd), {}, now_, false};
    ++stats_.connections_accepted;
    return true;
  }

  std::vector<Connection>::iterator evict(BlockWriter& out) {
    const auto victim =
        std::min_element(places_.begin(), places_.end(), [](const Connection& a, const Connection& b) {
          return std::pair(a.heard, a.active) < std::pair(b.heard, b.active);
        });
    serve(*victim, out);
    if (victim->fd) {
      ++stats_.connections_evicted;
      close(*victim, out);
    }
    return victim;
  }

  void close_torn(BlockWriter& out) {
    looked_ = now_;
    for (Connection& connection : places_) {
      if (!connection.fd || !connection.framing.torn() || now_ - connection.active < limits_.torn_timeout) {
        continue;
      }
      ++stats_.connections_timed_out;
      close(connection, out);
    }
  }

  // Closes without having heard the end.
  void close(Connection& connection, BlockWriter& out) {
    if (connection.framing.skipping()) {
      out.skip_too_long();
    } else if (connection.framing.torn()) {
      ++stats_.messages_torn;
    }
    forget(connection);
  }

  void forget(Connection& connection) {
    held_ -= connection.framing.held();
    connection = {};
  }

  BoundSocket socket_;
  TcpLimits limits_;
  util::Fd epoll_;
  util::Fd reserve_;  // given up to refuse a connection when there are no more descriptors
  std::vector<char> chunk_;
  std::vector<Connection> places_;
  std::array<epoll_event, kMaxEvents> events_{};
  std::size_t ready_ = 0;
  std::size_t turn_ = 0;
  std::size_t held_ = 0;  // sum over the connections
  Clock::time_point now_;
  Clock::time_point looked_ = Clock::now();
};

}  // namespace

util::Result<std::unique_ptr<StreamSource>> receive_tcp(BoundSocket socket, TcpLimits limits) {
  const std::string name = socket.name;
  auto out = std::make_unique<Tcp>(std::move(socket), limits);
  if (const int error = out->open(); error != 0) return failure(name, "receive here", error);
  return std::unique_ptr<StreamSource>(std::move(out));
}

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#include "app/serve/systemd.h"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include <unistd.h>

#include "util/ascii.h"
#include "util/printable.h"

namespace routemeter::app {
namespace {

// systemd recommends a sign at half the time; a third leaves room for one that comes late.
constexpr int kSignsPerWatchdog = 3;
// Reload storms while nobody reads leave only the newest states, which are the true ones.
constexpr std::size_t kMaxKept = 16;
constexpr std::size_t kMaxStatus = 400;

const char* environment(const char* name) {
  return std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
}

// The address of the socket and its length, which counts: an abstract name ends where the address ends. 0: no
// socket that a Unix datagram can reach (systemd also knows vsock:).
socklen_t socket_address(const char* name, sockaddr_un& address) {
  const std::size_t size = name == nullptr ? 0 : std::strlen(name);
  if (size < 2 || size >= sizeof(address.sun_path) || (name[0] != '/' && name[0] != '@')) return 0;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name, size);
  const bool abstract = name[0] == '@';
  if (abstract) address.sun_path[0] = '\0';
  return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size + (abstract ? 0 : 1));
}

// $WATCHDOG_PID says whose watchdog it is: a wrapper script may have been asked, not we.
std::optional<std::chrono::microseconds> watchdog_from_environment() {
  const char* owner = environment("WATCHDOG_PID");
  if (owner != nullptr && util::to_number<pid_t>(owner) != ::getpid()) return std::nullopt;
  const char* time = environment("WATCHDOG_USEC");
  const auto microseconds = util::to_number<std::int64_t>(time == nullptr ? "" : time);
  if (!microseconds || *microseconds <= 0) return std::nullopt;
  return std::chrono::microseconds(*microseconds);
}

}  // namespace

Systemd::Systemd() : address_size_(socket_address(environment("NOTIFY_SOCKET"), address_)) {
  if (address_size_ == 0) return;
  socket_ = util::Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket_) watchdog_ = watchdog_from_environment();
}

void Systemd::reloading() {
  // systemd compares with its own clock to tell this reload from an earlier one (sd_notify(3)).
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

void Systemd::status(std::string_view text) { send("STATUS=" + util::printable(text, kMaxStatus)); }

void Systemd::tick(Clock::time_point now) {
  if (!socket_) return;
  flush();
  if (!watchdog_ || !kept_.empty()) return;  // a sign that waits would push out what matters more
  if (last_sign_ && now - *last_sign_ < *watchdog_ / kSignsPerWatchdog) return;
  last_sign_ = now;
  send("WATCHDOG=1");
}

void Systemd::send(std::string message) {
  if (!socket_) return;
  if (kept_.size() == kMaxKept) kept_.pop_front();
  kept_.push_back(std::move(message));
  flush();
}

void Systemd::flush() {
  while (!kept_.empty()) {
    const std::string& message = kept_.front();
    const ssize_t sent = ::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL,
                                  reinterpret_cast<const sockaddr*>(&address_), address_size_);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return;  // full, or systemd is just executing itself anew: with the next call
    kept_.pop_front();
  }
}

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expose/listen/listen_socket.h"

namespace routemeter::expose {
namespace {

constexpr const char* kInheritedFlag = "--web.systemd-socket";
constexpr int kMostSockets = 64;

util::Diagnostic error(std::string message, std::string hint = {}) {
  util::Diagnostic out;
  out.file = kInheritedFlag;
  out.message = std::move(message);
  out.hint = std::move(hint);
  return out;
}

std::optional<int> number_of(const char* name) {
  const char* const text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before there are threads
  if (text == nullptr) return std::nullopt;
  const std::string_view view(text);
  int value = 0;
  const auto [end, problem] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (problem != std::errc() || end != view.data() + view.size()) return std::nullopt;
  return value;
}

int socket_option(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

}  // namespace

util::Result<std::vector<Listener>> inherited_listeners(int first) {
  const std::optional<int> process = number_of("LISTEN_PID");
  const std::optional<int> count = number_of("LISTEN_FDS");
  // Programs that we might start are not meant.
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(name);  // NOLINT
  if (process != getpid() || !count || *count < 1 || *count > kMostSockets) {
    return error("systemd passed no sockets to this process",
                 "start it by a .socket unit with the same name, or use --web.listen-address");
  }
  std::vector<Listener> out;
  for (int fd = first; fd < first + *count; ++fd) {
    if (socket_option(fd, SO_TYPE) != SOCK_STREAM || socket_option(fd, SO_ACCEPTCONN) != 1) {
      return error("descriptor " + std::to_string(fd) + " from systemd is no listening stream socket",
                   "the .socket unit needs ListenStream= and Accept=no");
    }
    util::Fd owned(fd);
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
        !prepare_listener(fd)) {
      return error("cannot use descriptor " + std::to_string(fd) + " from systemd: " + errno_text(errno));
    }
    out.emplace_back(std::move(owned), bound_address(fd));
  }
  return out;
}

}  // namespace routemeter::expose

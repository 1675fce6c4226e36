// SPDX-License-Identifier: Apache-2.0
#include "expose/listen/listen.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "expose/listen/listen_socket.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::expose {
namespace {

constexpr int kSendBuffer = 128 * 1024;
constexpr const char* kFlag = "--web.listen-address";

std::string unix_address(const sockaddr_un& address, socklen_t length) {
  const std::size_t room = length - offsetof(sockaddr_un, sun_path);
  if (room > 0 && address.sun_path[0] == '\0') return "unix:@" + std::string(address.sun_path + 1, room - 1);
  return "unix:" + std::string(address.sun_path, strnlen(address.sun_path, room));
}

struct HostPort {
  std::string host;  // without brackets; empty = every interface
  std::string port;
};

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

// Splits at the last colon; a host with colons needs its brackets.
util::Result<HostPort> split(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || address.ends_with(']')) {
    return listen_error(address, address.size(), fmt::format("listen address without a port: '{}'", address),
                        "write ':10040', '127.0.0.1:10040' or '[::1]:10040'");
  }
  HostPort out{address.substr(0, colon), address.substr(colon + 1)};
  if (!util::to_number<std::uint16_t>(out.port)) {
    return listen_error(address, colon + 1, fmt::format("bad port in listen address '{}'", address),
                        "a port is a number from 0 to 65535; 0 picks a free one");
  }
  if (out.host.size() >= 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
    if (out.host.find(':') == std::string::npos) {
      return listen_error(address, 1, fmt::format("not an IPv6 address: '{}'", out.host));
    }
  } else if (out.host.find_first_of(":[]") != std::string::npos) {
    return listen_error(address, 0, fmt::format("malformed listen address '{}'", address),
                        "an IPv6 address goes in brackets: '[::1]:10040'");
  }
  return out;
}

util::Result<AddressList> resolve(const std::string& address, const HostPort& parts, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* const host = parts.host.empty() ? nullptr : parts.host.c_str();
  const int status = getaddrinfo(host, parts.port.c_str(), &hints, &found);
  if (status != 0) {
    const std::string why = status == EAI_SYSTEM ? util::errno_text(errno) : gai_strerror(status);
    return listen_error(address, 0, fmt::format("cannot resolve '{}': {}", parts.host, why));
  }
  return AddressList(found, &freeaddrinfo);
}

// IPv4 first, as Go's net.Listen does: "localhost" means 127.0.0.1 to most clients.
const addrinfo& preferred(const AddressList& list) {
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    if (at->ai_family == AF_INET) return *at;
  }
  return *list;
}

// The descriptor, or -1 with errno.
int open_socket(const addrinfo& where) {
  const int fd = socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  const int on = 1;
  const int off = 0;
  // A restart must not wait for the TIME_WAIT of old connections.
  bool ok = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
  ok = ok && prepare_listener(fd);
  if (where.ai_family == AF_INET6) {
    // "[::]" takes IPv4 too, whatever net.ipv6.bindv6only says.
    ok = ok && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0;
  }
  ok = ok && bind(fd, where.ai_addr, where.ai_addrlen) == 0 && listen(fd, kBacklog) == 0;
  if (ok) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

std::string bind_hint(int error) {
  switch (error) {
    case EADDRINUSE:
      return "another process listens there; choose another port, or 0 for a free one";
    case EACCES:
      return "ports below 1024 need a privilege (CAP_NET_BIND_SERVICE)";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address";
    default:
      return {};
  }
}

constexpr const char* kInheritedFlag = "--web.systemd-socket";
constexpr int kMostSockets = 64;

std::optional<int> number_of(const char* name) {
  const char* const text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before there are threads
  return util::to_number<int>(text == nullptr ? "" : text);
}

int socket_option(int fd, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

}  // namespace

bool prepare_listener(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
             sizeof on);  // fails on unix sockets, which do not wait anyhow
  return setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer) == 0;
}

std::string bound_address(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const generic = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(fd, generic, &length) != 0) return "unknown";
  if (storage.ss_family == AF_UNIX) return unix_address(reinterpret_cast<sockaddr_un&>(storage), length);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (getnameinfo(generic, length, host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  const std::string name = host.data();
  return (storage.ss_family == AF_INET6 ? "[" + name + "]" : name) + ":" + port.data();
}

util::Diagnostic listen_error(const std::string& address, std::size_t column, std::string message,
                              std::string hint) {
  util::Diagnostic out = util::error_about(kFlag, std::move(message), std::move(hint));
  out.at.column = static_cast<int>(column) + 1;
  out.source_line = address;
  return out;
}

util::Result<Listener> listen_on(const std::string& address) {
  if (address.starts_with("unix:")) return listen_on_unix(address);
  const auto parts = split(address);
  if (!parts) return parts.errors();
  const bool everywhere = parts->host.empty();
  int fd = -1;
  if (everywhere) {
    const auto both = resolve(address, *parts, AF_INET6);
    if (both) fd = open_socket(*both.value());
    // A kernel without IPv6: every interface is then every IPv4 interface.
    if (!both || (fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL))) {
      const auto only_v4 = resolve(address, *parts, AF_INET);
      if (!only_v4) return only_v4.errors();
      fd = open_socket(*only_v4.value());
    }
  } else {
    const auto found = resolve(address, *parts, AF_UNSPEC);
    if (!found) return found.errors();
    fd = open_socket(preferred(*found));
  }
  if (fd < 0) {
    const int error = errno;
    return listen_error(address, 0,
                        fmt::format("cannot listen on '{}': {}", address, util::errno_text(error)),
                        bind_hint(error));
  }
  return Listener(util::Fd(fd), bound_address(fd));
}

util::Result<std::vector<Listener>> listen_on_all(const std::vector<std::string>& addresses) {
  return util::make_each(addresses, listen_on);
}

util::Result<std::vector<Listener>> inherited_listeners(int first) {
  const std::optional<int> process = number_of("LISTEN_PID");
  const std::optional<int> count = number_of("LISTEN_FDS");
  // Programs that we might start are not meant.
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) unsetenv(name);  // NOLINT
  if (process != getpid() || !count || *count < 1 || *count > kMostSockets) {
    return util::error_about(kInheritedFlag, "systemd passed no sockets to this process",
                             "start it by a .socket unit with the same name, or use --web.listen-address");
  }
  std::vector<Listener> out;
  for (int fd = first; fd < first + *count; ++fd) {
    if (socket_option(fd, SO_TYPE) != SOCK_STREAM || socket_option(fd, SO_ACCEPTCONN) != 1) {
      return util::error_about(kInheritedFlag,
                               fmt::format("descriptor {} from systemd is no listening stream socket", fd),
                               "the .socket unit needs ListenStream= and Accept=no");
    }
    util::Fd owned(fd);
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
        !prepare_listener(fd)) {
      return util::error_about(kInheritedFlag, fmt::format("cannot use descriptor {} from systemd: {}", fd,
                                                           util::errno_text(errno)));
    }
    out.emplace_back(std::move(owned), bound_address(fd));
  }
  return out;
}

}  // namespace routemeter::expose

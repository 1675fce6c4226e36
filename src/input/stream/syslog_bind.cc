// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "input/stream/syslog.h"
#include "util/fmt.h"

namespace routemeter::input {
namespace {

using Transport = SyslogAddress::Transport;
using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

constexpr mode_t kSocketMode = 0666;
constexpr int kBacklog = 1024;
// Per connection, what the kernel holds before it makes the sender wait. The default grows to megabytes, and
// there may be hundreds of senders.
constexpr int kTcpReceiveBuffer = 128 * 1024;
// Senders that died without a word are noticed after two minutes.
constexpr int kKeepIdle = 60;
constexpr int kKeepInterval = 15;
constexpr int kKeepCount = 4;

util::Diagnostic cannot_receive(const SyslogAddress& address, int error, std::string hint) {
  return log_error(address.url, 1, fmt::format("cannot receive here: {}", util::errno_text(error)),
                   std::move(hint));
}

util::Result<AddressList> resolve(const SyslogAddress& address, int family) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = address.transport == Transport::kTcp ? SOCK_STREAM : SOCK_DGRAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const char* const host = address.host.empty() ? nullptr : address.host.c_str();
  const int status = ::getaddrinfo(host, address.port.c_str(), &hints, &found);
  if (status != 0) {
    const std::string why = status == EAI_SYSTEM ? util::errno_text(errno) : ::gai_strerror(status);
    return log_error(address.url, 1, fmt::format("cannot resolve '{}': {}", address.host, why),
                     "an address of this machine is meant: the one on which senders reach it");
  }
  return AddressList(found, &freeaddrinfo);
}

// IPv4 first: "localhost" means 127.0.0.1 to most senders.
const addrinfo& preferred(const AddressList& list) {
  for (const addrinfo* at = list.get(); at != nullptr; at = at->ai_next) {
    if (at->ai_family == AF_INET) return *at;
  }
  return *list;
}

// None with errno.
util::Fd open_inet(const addrinfo& where) {
  util::Fd fd(::socket(where.ai_family, where.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return fd;
  const bool tcp = where.ai_socktype == SOCK_STREAM;
  bool ok = true;
  const auto set = [&](int level, int name, int value) {
    ok = ok && ::setsockopt(fd.get(), level, name, &value, sizeof value) == 0;
  };
  // "[::]" takes IPv4 too, whatever net.ipv6.bindv6only says.
  if (where.ai_family == AF_INET6) set(IPPROTO_IPV6, IPV6_V6ONLY, 0);
  // A restart must not wait for the TIME_WAIT of old connections. With UDP the same option would let two
  // processes share the port and each get what the kernel pleases.
  if (tcp) {
    set(SOL_SOCKET, SO_REUSEADDR, 1);
    // Accepted connections inherit these.
    set(SOL_SOCKET, SO_RCVBUF, kTcpReceiveBuffer);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepIdle);
    set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepInterval);
    set(IPPROTO_TCP, TCP_KEEPCNT, kKeepCount);
  }
  ok = ok && ::bind(fd.get(), where.ai_addr, where.ai_addrlen) == 0;
  if (tcp) ok = ok && ::listen(fd.get(), kBacklog) == 0;
  if (ok) return fd;
  const int error = errno;
  fd.reset();
  errno = error;
  return fd;
}

std::string bound_name(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const generic = reinterpret_cast<sockaddr*>(&storage);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getsockname(fd, generic, &length) != 0 ||
      ::getnameinfo(generic, length, host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  return storage.ss_family == AF_INET6 ? fmt::format("[{}]:{}", host.data(), port.data())
                                       : fmt::format("{}:{}", host.data(), port.data());
}

std::string bind_hint(int error) {
  switch (error) {
    case EADDRINUSE:
      return "another process receives there; stop it, or choose another port";
    case EACCES:
      return "ports below 1024 need a privilege (CAP_NET_BIND_SERVICE); 5514 is a usual choice";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address";
    default:
      return {};
  }
}

util::Result<BoundSocket> bind_inet(const SyslogAddress& address) {
  BoundSocket out;
  int error = 0;
  const auto try_family = [&](int family) -> util::Diagnostics {
    const auto found = resolve(address, family);
    if (!found) return found.errors();
    out.fd = open_inet(preferred(*found));
    error = errno;
    return {};
  };
  const bool everywhere = address.host.empty();
  util::Diagnostics unresolved = try_family(everywhere ? AF_INET6 : AF_UNSPEC);
  // A kernel without IPv6: every interface is then every IPv4 interface.
  if (everywhere && (!unresolved.empty() || (!out.fd && (error == EAFNOSUPPORT || error == EADDRNOTAVAIL)))) {
    unresolved = try_family(AF_INET);
  }
  if (!unresolved.empty()) return unresolved;
  if (!out.fd) return cannot_receive(address, error, bind_hint(error));
  out.name = (address.transport == Transport::kTcp ? "tcp " : "udp ") + bound_name(out.fd.get());
  return out;
}

bool call_unix(int (*call)(int, const sockaddr*, socklen_t), int fd, const std::string& path) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, path.data(), path.size());  // parse_syslog_address has checked the size
  return call(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
}

// Whether `path` is a socket whose owner is gone.
bool is_stale(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const util::Fd probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return probe && !call_unix(&::connect, probe.get(), path) && errno == ECONNREFUSED;
}

util::Diagnostic unix_error(const SyslogAddress& address, int error) {
  std::string hint;
  struct stat status {};
  if (error == EADDRINUSE && ::lstat(address.path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode)) {
    return log_error(address.url, 1,
                     fmt::format("cannot receive here: {} is there and is no socket", address.path),
                     "remove it, or choose another path");
  }
  if (error == EADDRINUSE) hint = "another process receives there; stop it, or choose another path";
  if (error == ENOENT) hint = "its directory must exist (systemd: RuntimeDirectory=)";
  if (error == EACCES) hint = "the user we run as must be able to write to its directory";
  return cannot_receive(address, error, hint);
}

util::Result<BoundSocket> bind_unix(const SyslogAddress& address) {
  BoundSocket out;
  out.fd = util::Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.fd) return unix_error(address, errno);
  bool bound = call_unix(&::bind, out.fd.get(), address.path);
  int error = errno;
  if (!bound && error == EADDRINUSE && is_stale(address.path)) {
    ::unlink(address.path.c_str());
    bound = call_unix(&::bind, out.fd.get(), address.path);
    error = errno;
  }
  if (!bound) return unix_error(address, error);
  out.file = std::make_unique<SocketFile>(address.path);
  if (::chmod(address.path.c_str(), kSocketMode) != 0) return unix_error(address, errno);
  out.name = "unix " + address.path;
  return out;
}

}  // namespace

SocketFile::SocketFile(const std::string& path) : path_(path) { look_at(path_, false, bound_); }

SocketFile::~SocketFile() {
  FileFacts now;
  if (look_at(path_, false, now) == 0 && same_file(now.id, bound_.id)) ::unlink(path_.c_str());
}

util::Result<BoundSocket> bind_syslog(const SyslogAddress& address) {
  return address.transport == Transport::kUnix ? bind_unix(address) : bind_inet(address);
}

}  // namespace routemeter::input

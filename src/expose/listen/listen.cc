// SPDX-License-Identifier: Apache-2.0
#include "expose/listen/listen.h"

#include <cerrno>
#include <charconv>
#include <memory>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "expose/listen/listen_socket.h"

namespace routemeter::expose {
namespace {

struct HostPort {
  std::string host;  // without brackets; empty = every interface
  std::string port;
};

using AddressList = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

// Splits at the last colon; a host with colons needs its brackets.
util::Result<HostPort> split(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || address.ends_with(']')) {
    return listen_error(address, address.size(), "listen address without a port: '" + address + "'",
                        "write ':10040', '127.0.0.1:10040' or '[::1]:10040'");
  }
  HostPort out{address.substr(0, colon), address.substr(colon + 1)};
  unsigned port = 0;
  const char* const end = out.port.data() + out.port.size();
  const auto [stop, error] = std::from_chars(out.port.data(), end, port);
  if (error != std::errc() || stop != end || port > UINT16_MAX) {
    return listen_error(address, colon + 1, "bad port in listen address '" + address + "'",
                        "a port is a number from 0 to 65535; 0 picks a free one");
  }
  if (out.host.size() >= 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
    if (out.host.find(':') == std::string::npos) {
      return listen_error(address, 1, "not an IPv6 address: '" + out.host + "'");
    }
  } else if (out.host.find_first_of(":[]") != std::string::npos) {
    return listen_error(address, 0, "malformed listen address '" + address + "'",
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
    const std::string why = status == EAI_SYSTEM ? errno_text(errno) : gai_strerror(status);
    return listen_error(address, 0, "cannot resolve '" + parts.host + "': " + why);
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

}  // namespace

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
    return listen_error(address, 0, "cannot listen on '" + address + "': " + errno_text(error),
                        bind_hint(error));
  }
  return Listener(util::Fd(fd), bound_address(fd));
}

util::Result<std::vector<Listener>> listen_on_all(const std::vector<std::string>& addresses) {
  std::vector<Listener> out;
  util::Diagnostics errors;
  for (const std::string& address : addresses) {
    auto listener = listen_on(address);
    if (listener) {
      out.push_back(std::move(*listener));
    } else {
      errors.insert(errors.end(), listener.errors().begin(), listener.errors().end());
    }
  }
  if (!errors.empty()) return errors;
  return out;
}

}  // namespace routemeter::expose

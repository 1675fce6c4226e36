// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <sys/un.h>

#include "input/stream/syslog.h"
#include "util/fmt.h"

namespace routemeter::input {
namespace {

using Transport = SyslogAddress::Transport;

constexpr std::string_view kSchemeEnd = "://";
constexpr std::array<std::pair<std::string_view, Transport>, 3> kTransports = {{
    {"syslog+udp", Transport::kUdp},
    {"syslog+tcp", Transport::kTcp},
    {"syslog+unix", Transport::kUnix},
}};
constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;

util::Result<SyslogAddress> with_path(SyslogAddress out, std::size_t at) {
  out.path = out.url.substr(at);
  if (out.path.size() < 2 || out.path.front() != '/' || out.path.back() == '/') {
    return log_error(out.url, at + 1, "the socket needs an absolute path",
                     "three slashes: syslog+unix:///run/routemeter/log.sock");
  }
  if (out.path.size() > kMaxPath) {
    return log_error(out.url, at + 1, fmt::format("the path of a socket has at most {} bytes", kMaxPath),
                     "choose a shorter one");
  }
  if (out.path.find('\0') != std::string::npos) {
    return log_error(out.url, at + 1, "a path cannot hold a NUL byte", {});
  }
  return out;
}

// Splits at the last colon; a host with colons needs its brackets.
util::Result<SyslogAddress> with_host_and_port(SyslogAddress out, std::size_t at) {
  const std::string_view rest = std::string_view(out.url).substr(at);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || rest.ends_with(']')) {
    return log_error(out.url, out.url.size() + 1, "syslog address without a port",
                     "for instance syslog+udp://127.0.0.1:5514; no host is every interface");
  }
  out.port = rest.substr(colon + 1);
  std::uint16_t port = 0;
  const char* const end = out.port.data() + out.port.size();
  const auto [stop, error] = std::from_chars(out.port.data(), end, port);
  if (error != std::errc() || stop != end) {
    return log_error(out.url, at + colon + 2, "bad port in a syslog address",
                     "a port is a number from 0 to 65535, and nothing may follow it; 0 picks a free one");
  }
  std::string_view host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return log_error(out.url, at + 1, "malformed host in a syslog address",
                     "an IPv6 address goes in brackets: syslog+udp://[::1]:5514");
  }
  out.host = host;
  return out;
}

}  // namespace

util::Result<SyslogAddress> parse_syslog_address(const std::string& url) {
  const std::size_t end = url.find(kSchemeEnd);
  const std::string_view scheme = std::string_view(url).substr(0, end);
  SyslogAddress out;
  out.url = url;
  for (const auto& [name, transport] : kTransports) {
    if (scheme != name) continue;
    out.transport = transport;
    const std::size_t at = end + kSchemeEnd.size();
    return transport == Transport::kUnix ? with_path(std::move(out), at)
                                         : with_host_and_port(std::move(out), at);
  }
  return log_error(url, 1, fmt::format("'{}' is no transport of syslog", scheme), {});
}

util::Result<std::unique_ptr<StreamSource>> open_syslog(const std::string& url) {
  const auto address = parse_syslog_address(url);
  if (!address) return address.errors();
  auto socket = bind_syslog(*address);
  if (!socket) return socket.errors();
  if (address->transport == Transport::kTcp) return receive_tcp(std::move(*socket));
  return receive_datagrams(std::move(*socket), address->transport == Transport::kUnix);
}

}  // namespace routemeter::input

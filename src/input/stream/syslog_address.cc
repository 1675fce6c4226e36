// SPDX-License-Identifier: Apache-2.0
#include "input/stream/syslog_address.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <sys/un.h>

#include "util/suggest.h"

namespace routemeter::input {
namespace {

using Transport = SyslogAddress::Transport;

constexpr std::string_view kEndOfScheme = "://";
constexpr std::array<std::string_view, 3> kSchemes = {"syslog+udp", "syslog+tcp", "syslog+unix"};
constexpr std::array<Transport, 3> kTransports = {Transport::kUdp, Transport::kTcp, Transport::kUnix};
constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;

util::Diagnostic error_at(const std::string& url, std::size_t column, std::string message, std::string hint) {
  util::Diagnostic out;
  out.file = "LOG";
  out.at.column = static_cast<int>(column) + 1;
  out.message = std::move(message);
  out.source_line = url;
  out.hint = std::move(hint);
  return out;
}

util::Result<SyslogAddress> with_path(SyslogAddress out, std::size_t at) {
  out.path = out.url.substr(at);
  if (out.path.size() < 2 || out.path.front() != '/' || out.path.back() == '/') {
    return error_at(out.url, at, "the socket needs an absolute path",
                    "three slashes: syslog+unix:///run/routemeter/log.sock");
  }
  if (out.path.size() > kMaxPath) {
    return error_at(out.url, at, "the path of a socket has at most " + std::to_string(kMaxPath) + " bytes",
                    "choose a shorter one");
  }
  if (out.path.find('\0') != std::string::npos) {
    return error_at(out.url, at, "a path cannot hold a NUL byte", {});
  }
  return out;
}

// Splits at the last colon; a host with colons needs its brackets.
util::Result<SyslogAddress> with_host_and_port(SyslogAddress out, std::size_t at) {
  const std::string_view rest = std::string_view(out.url).substr(at);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || rest.ends_with(']')) {
    return error_at(out.url, out.url.size(), "syslog address without a port",
                    "for instance syslog+udp://127.0.0.1:5514; no host is every interface");
  }
  out.port = rest.substr(colon + 1);
  std::uint16_t port = 0;
  const char* const end = out.port.data() + out.port.size();
  const auto [stop, error] = std::from_chars(out.port.data(), end, port);
  if (error != std::errc() || stop != end) {
    return error_at(out.url, at + colon + 1, "bad port in a syslog address",
                    "a port is a number from 0 to 65535, and nothing may follow it; 0 picks a free one");
  }
  std::string_view host = rest.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    return error_at(out.url, at, "malformed host in a syslog address",
                    "an IPv6 address goes in brackets: syslog+udp://[::1]:5514");
  }
  out.host = host;
  return out;
}

}  // namespace

bool has_scheme(std::string_view log) {
  const std::size_t end = log.find(kEndOfScheme);
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  return end != std::string_view::npos && end > 0 && log.find_first_not_of(kAllowed) == end;
}

util::Result<SyslogAddress> parse_syslog_address(const std::string& url) {
  const std::size_t end = url.find(kEndOfScheme);
  const std::string_view scheme = std::string_view(url).substr(0, end);
  SyslogAddress out;
  out.url = url;
  for (std::size_t i = 0; i < kSchemes.size(); ++i) {
    if (scheme != kSchemes[i]) continue;
    out.transport = kTransports[i];
    const std::size_t at = end + kEndOfScheme.size();
    return out.transport == Transport::kUnix ? with_path(std::move(out), at)
                                             : with_host_and_port(std::move(out), at);
  }
  const std::string_view meant = util::nearest(scheme, kSchemes);
  return error_at(url, 0, "unknown kind of log '" + std::string(scheme) + "'",
                  meant.empty() ? "a log is a file, a FIFO, - or " + util::one_of(kSchemes) + "://..."
                                : "did you mean " + std::string(meant) + "?");
}

}  // namespace routemeter::input

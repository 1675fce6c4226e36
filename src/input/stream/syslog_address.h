// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "util/result.h"

namespace routemeter::input {

/// Where syslog messages are received.
struct SyslogAddress {
  enum class Transport { kUdp, kTcp, kUnix };
  Transport transport = Transport::kUdp;
  std::string host;  ///< without brackets; empty = every interface
  std::string port;  ///< a number from 0 to 65535
  std::string path;  ///< kUnix: absolute
  std::string url;   ///< as the user wrote it, for messages
};

/// Whether `log` begins like a URL: a scheme and "://".
bool has_scheme(std::string_view log);

/// Takes "syslog+udp://HOST:PORT", "syslog+tcp://HOST:PORT" or "syslog+unix:///PATH" apart; resolves nothing.
util::Result<SyslogAddress> parse_syslog_address(const std::string& url);

}  // namespace routemeter::input

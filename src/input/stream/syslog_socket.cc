// SPDX-License-Identifier: Apache-2.0
#include "input/stream/syslog_socket.h"

#include <utility>

#include "input/stream/syslog_bind.h"
#include "input/stream/syslog_datagrams.h"
#include "input/stream/syslog_tcp.h"

namespace routemeter::input {

util::Result<std::unique_ptr<StreamSource>> open_syslog_socket(const SyslogAddress& address) {
  auto socket = bind_syslog(address);
  if (!socket) return socket.errors();
  if (address.transport == SyslogAddress::Transport::kTcp) return receive_tcp(std::move(*socket));
  return receive_datagrams(std::move(*socket), address.transport == SyslogAddress::Transport::kUnix);
}

}  // namespace routemeter::input

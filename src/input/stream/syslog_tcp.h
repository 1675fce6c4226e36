// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "input/stream/stream_source.h"
#include "input/stream/syslog_bind.h"

namespace routemeter::input {

/// What senders may use of us.
struct TcpLimits {
  /// One more makes room by closing one that has sent no message yet, else the one that has been quiet for
  /// the longest; what it had sent is taken in first.
  std::size_t connections = 256;
  /// Bytes of messages whose end is still to come, all together. Beyond it the largest of them is too long:
  /// usual lines have a few hundred bytes and are never hit.
  std::size_t held = std::size_t{4} * 1024 * 1024;
  /// A sender that stops inside a message is closed after this. One that is quiet between messages never is:
  /// it would lose its next message to the closed connection without noticing.
  std::chrono::milliseconds torn_timeout = std::chrono::minutes{5};
};

/// Syslog messages over TCP connections to a listening socket, senders taking turns.
util::Result<std::unique_ptr<StreamSource>> receive_tcp(BoundSocket socket, TcpLimits limits = {});

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "input/stream/stream_source.h"
#include "input/stream/syslog_bind.h"

namespace routemeter::input {

/// Syslog messages, each a datagram, from a UDP socket or (`is_unix`) a Unix one. UDP datagrams have at most
/// 64 KiB anyway; on a Unix socket those of kMaxLine bytes and more are too long.
std::unique_ptr<StreamSource> receive_datagrams(BoundSocket socket, bool is_unix);

}  // namespace routemeter::input

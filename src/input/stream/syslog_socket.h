// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "input/stream/stream_source.h"
#include "input/stream/syslog_address.h"

namespace routemeter::input {

/// Receives syslog messages: one message is one line, with its header (RFC 3164, RFC 5424, nginx's own),
/// which the format takes off.
util::Result<std::unique_ptr<StreamSource>> open_syslog_socket(const SyslogAddress& address);

}  // namespace routemeter::input

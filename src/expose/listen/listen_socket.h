// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "expose/listen/listen.h"
#include "util/diagnostic.h"
#include "util/result.h"

// Shared by the kinds of listeners.

namespace routemeter::expose {

inline constexpr int kBacklog = 1024;  ///< a burst of connects must not push a scrape out of the queue

/// Sets options that accepted connections inherit: a client that asks for a page and does not read it costs
/// the kernel 128 KiB, not the whole page, and the server's thread not the time to copy it; and a TLS
/// handshake, which the server writes in several pieces, does not wait for the client's delayed
/// acknowledgements, 40 ms each. False with errno.
bool prepare_listener(int fd);

/// The address as Listener::address() has it.
std::string bound_address(int fd);

/// An error about one value of --web.listen-address; `column` from 0.
util::Diagnostic listen_error(const std::string& address, std::size_t column, std::string message,
                              std::string hint = {});

/// "unix:PATH".
util::Result<Listener> listen_on_unix(const std::string& address);

}  // namespace routemeter::expose

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "util/result.h"

namespace routemeter::expose {

/// A listening socket that closes itself.
class Listener {
 public:
  Listener(int fd, std::string address) : fd_(fd), address_(std::move(address)) {}
  Listener(Listener&& other) noexcept : fd_(other.release()), address_(std::move(other.address_)) {}
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int fd() const { return fd_; }
  /// With the real port: "127.0.0.1:10040", "[::]:10040".
  const std::string& address() const { return address_; }
  /// The descriptor belongs to the caller from now on.
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
  std::string address_;
};

/// Binds "HOST:PORT" as Go's exporters do and listens: no host (":10040") or "[::]" is every interface and
/// both families, a name takes its IPv4 address when it has one, port 0 picks a free port. Errors name the
/// address and say what the system said.
util::Result<Listener> listen_on(const std::string& address);

}  // namespace routemeter::expose

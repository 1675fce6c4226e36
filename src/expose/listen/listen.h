// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "util/fd.h"
#include "util/result.h"

namespace routemeter::expose {

/// A listening stream socket that closes itself. One that made a file removes it, if it is still the one.
class Listener {
 public:
  Listener(util::Fd fd, std::string address) : fd_(std::move(fd)), address_(std::move(address)) {}
  /// `path` is the socket's file.
  Listener(util::Fd fd, std::string address, std::string path);
  Listener(Listener&&) noexcept = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  int fd() const { return fd_.get(); }
  /// With the real port: "127.0.0.1:10040", "[::]:10040", "unix:/run/routemeter.sock".
  const std::string& address() const { return address_; }

 private:
  util::Fd fd_;
  std::string address_;
  std::string path_;  // empty = there is no file to remove
  std::pair<std::uint64_t, std::uint64_t> file_;
};

/// Binds "HOST:PORT" as Go's exporters do and listens: no host (":10040") or "[::]" is every interface and
/// both families, a name takes its IPv4 address when it has one, port 0 picks a free port. "unix:PATH" makes
/// a socket that user and group may use, and takes the place of one on which nobody listens any more. Errors
/// name the address and say what the system said.
util::Result<Listener> listen_on(const std::string& address);

/// All of them, or all errors.
util::Result<std::vector<Listener>> listen_on_all(const std::vector<std::string>& addresses);

/// The sockets that systemd passed to this process (sd_listen_fds(3)), from `first` on, and clears the
/// environment variables that tell of them. None, or one that is no listening stream socket, is an error.
util::Result<std::vector<Listener>> inherited_listeners(int first = 3);

}  // namespace routemeter::expose

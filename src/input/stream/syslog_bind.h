// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <sys/types.h>

#include "input/stream/syslog_address.h"
#include "util/fd.h"
#include "util/result.h"

namespace routemeter::input {

/// The name of a Unix socket in the file system, removed at the end unless it is somebody else's by then.
class SocketFile {
 public:
  SocketFile() = default;
  /// Of a socket that has just been bound there.
  explicit SocketFile(const std::string& path);
  SocketFile(SocketFile&& other) noexcept;
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile() { remove(); }

 private:
  void remove();

  std::string path_;  // empty = none
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct BoundSocket {
  util::Fd fd;       ///< non-blocking; kTcp: listening
  std::string name;  ///< "udp 127.0.0.1:5514" with the real port
  SocketFile file;   ///< kUnix
};

/// Binds a socket to the address. No host and "[::]" are every interface and both families; a name takes its
/// IPv4 address when it has one. A Unix socket that nobody listens on any more is replaced; the new one may
/// be written by every user, as /dev/log and a UDP port may: servers log as users of their own. The mode of
/// its directory says who may reach it.
util::Result<BoundSocket> bind_syslog(const SyslogAddress& address);

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "input/read/file_probe.h"
#include "input/stream/stream_source.h"
#include "util/fd.h"
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

/// Takes "syslog+udp://HOST:PORT", "syslog+tcp://HOST:PORT" or "syslog+unix:///PATH" apart; resolves nothing.
util::Result<SyslogAddress> parse_syslog_address(const std::string& url);

/// The name of a Unix socket in the file system, removed at the end unless it is somebody else's by then.
class SocketFile {
 public:
  /// Of a socket that has just been bound there.
  explicit SocketFile(const std::string& path);
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  ~SocketFile();

 private:
  std::string path_;
  FileFacts bound_;
};

struct BoundSocket {
  util::Fd fd;                       ///< non-blocking; kTcp: listening
  std::string name;                  ///< "udp 127.0.0.1:5514" with the real port
  std::unique_ptr<SocketFile> file;  ///< kUnix
};

/// Binds a socket to the address. No host and "[::]" are every interface and both families; a name takes its
/// IPv4 address when it has one. A Unix socket that nobody listens on any more is replaced; the new one may
/// be written by every user, as /dev/log and a UDP port may: servers log as users of their own. The mode of
/// its directory says who may reach it.
util::Result<BoundSocket> bind_syslog(const SyslogAddress& address);

/// Syslog messages, each a datagram, from a UDP socket or (`is_unix`) a Unix one. UDP datagrams have at most
/// 64 KiB anyway; on a Unix socket those of kMaxLine bytes and more are too long.
std::unique_ptr<StreamSource> receive_datagrams(BoundSocket socket, bool is_unix);

/// Limits on what senders may use.
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

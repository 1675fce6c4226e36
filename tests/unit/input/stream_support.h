// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "input/stream/stream_source.h"
#include "util/fd.h"

namespace routemeter::test {

inline std::unique_ptr<input::StreamSource> opened(const std::string& log) {
  auto out = input::open_stream(log);
  if (!out) throw std::runtime_error(util::format(out.errors()));
  return std::move(*out);
}

inline bool readable(int fd, int timeout_ms) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, timeout_ms) == 1;
}

struct Taken {
  std::string text;
  std::uint64_t too_long = 0;
};

/// All that is there now.
inline Taken take(input::StreamSource& source) {
  Taken out;
  input::Block block;
  while (source.next(block)) {
    out.text += block.text;
    out.too_long += block.too_long;
  }
  return out;
}

/// Waits until `bytes` of text have come, as a caller does: poll, then next.
inline Taken take_bytes(input::StreamSource& source, std::size_t bytes) {
  Taken out;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (out.text.size() < bytes && std::chrono::steady_clock::now() < deadline) {
    readable(source.fd(), 100);
    Taken more = take(source);
    out.text += more.text;
    out.too_long += more.too_long;
  }
  return out;
}

/// The port in "udp 127.0.0.1:5514".
inline std::uint16_t port_of(const input::StreamSource& source) {
  const std::string name = source.description();
  return static_cast<std::uint16_t>(std::stoi(name.substr(name.rfind(':') + 1)));
}

/// A socket of SOCK_DGRAM or SOCK_STREAM that is connected to a port of the loopback (IPv4), or to a path.
inline util::Fd connected(int type, std::uint16_t port) {
  util::Fd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    throw std::runtime_error("connect");
  }
  return fd;
}

inline util::Fd connected(const std::string& path) {
  util::Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, path.data(), path.size());
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    throw std::runtime_error("connect " + path);
  }
  return fd;
}

/// One datagram, or all of the bytes on a stream.
inline void send(const util::Fd& to, std::string_view bytes) {
  do {
    const ssize_t n = ::send(to.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) throw std::runtime_error(std::string("send: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(n));
  } while (!bytes.empty());
}

}  // namespace routemeter::test

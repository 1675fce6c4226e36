// SPDX-License-Identifier: Apache-2.0
#include "expose/listen/listen_socket.h"

#include <array>
#include <cstring>
#include <system_error>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace routemeter::expose {
namespace {

constexpr int kSendBuffer = 128 * 1024;
constexpr const char* kFlag = "--web.listen-address";

std::string unix_address(const sockaddr_un& address, socklen_t length) {
  const std::size_t room = length - offsetof(sockaddr_un, sun_path);
  if (room > 0 && address.sun_path[0] == '\0') return "unix:@" + std::string(address.sun_path + 1, room - 1);
  return "unix:" + std::string(address.sun_path, strnlen(address.sun_path, room));
}

}  // namespace

bool prepare_listener(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on,
             sizeof on);  // fails on unix sockets, which do not wait anyhow
  return setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer) == 0;
}

std::string bound_address(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  auto* const generic = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(fd, generic, &length) != 0) return "unknown";
  if (storage.ss_family == AF_UNIX) return unix_address(reinterpret_cast<sockaddr_un&>(storage), length);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (getnameinfo(generic, length, host.data(), host.size(), port.data(), port.size(),
                  NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return "unknown";
  }
  const std::string name = host.data();
  return (storage.ss_family == AF_INET6 ? "[" + name + "]" : name) + ":" + port.data();
}

util::Diagnostic listen_error(const std::string& address, std::size_t column, std::string message,
                              std::string hint) {
  util::Diagnostic out;
  out.file = kFlag;
  out.at.column = static_cast<int>(column) + 1;
  out.message = std::move(message);
  out.source_line = address;
  out.hint = std::move(hint);
  return out;
}

std::string errno_text(int error) { return std::generic_category().message(error); }

}  // namespace routemeter::expose

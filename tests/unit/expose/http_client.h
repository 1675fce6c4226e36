// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#include "expose/listen/listen.h"

// A blocking HTTP client that shows everything: what the server really sent, header by header.

namespace routemeter::test {

struct Answer {
  int status = 0;  ///< 0 = the server closed the connection instead
  std::map<std::string, std::string> headers;
  std::string body;
  std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

class Client {
 public:
  /// `address` as HttpServer::addresses gives it.
  explicit Client(const std::string& address, int receive_buffer = 0) {
    if (address.starts_with("unix:")) {
      connect_unix(address.substr(5));
      return;
    }
    const std::size_t colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.front() == '[') host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found) != 0)
      throw std::runtime_error(host);
    fd_ = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer != 0) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    const timeval patience{120, 0};  // only a server that hangs takes as long
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int status = connect(fd_, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (fd_ < 0 || status != 0) throw std::runtime_error("cannot connect to " + address);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  Client& operator=(Client&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(rest_, other.rest_);
    return *this;
  }
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), rest_(std::move(other.rest_)) {}
  ~Client() {
    if (fd_ >= 0) close(fd_);
  }

  Client& send_text(const std::string& text) {
    if (send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) rest_.clear();
    return *this;
  }

  int fd() const { return fd_; }

  /// False when the server has closed the connection.
  bool try_send(const std::string& text) {
    return send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  /// Up to `most` bytes as they come; how many, 0 at the end.
  std::size_t receive_some(std::size_t most) {
    std::string buffer(most, '\0');
    const ssize_t n = recv(fd_, buffer.data(), most, 0);
    if (n <= 0) return 0;
    rest_.append(buffer, 0, static_cast<std::size_t>(n));
    return static_cast<std::size_t>(n);
  }

  Client& request(const std::string& method, const std::string& path, const std::string& headers = "") {
    return send_text(method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
  }

  /// The next answer; to HEAD there is no body whatever Content-Length says.
  Answer receive(bool head_only = false) {
    Answer out;
    std::size_t end = 0;
    while ((end = rest_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return out;
    }
    std::string head = rest_.substr(0, end + 2);
    rest_.erase(0, end + 4);
    out.status = std::atoi(head.c_str() + head.find(' '));
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const std::size_t stop = head.find("\r\n", at);
      const std::size_t colon = head.find(": ", at);
      out.headers[head.substr(at, colon - at)] = head.substr(colon + 2, stop - colon - 2);
      at = stop + 2;
    }
    const std::size_t length = head_only ? 0 : std::stoul(out.header("Content-Length"));
    while (rest_.size() < length && more()) {
    }
    out.body = rest_.substr(0, length);
    rest_.erase(0, length);
    return out;
  }

  /// Whether the server has closed the connection, with nothing left to read.
  bool closed() { return rest_.empty() && !more(); }

 private:
  void connect_unix(const std::string& path) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{120, 0};  // only a server that hangs takes as long
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect to " + path);
  }
  bool more() {
    char buffer[65536];
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) return false;
    rest_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int fd_ = -1;
  std::string rest_;
};

/// Sockets for serve_http.
inline std::vector<expose::Listener> listening(const std::vector<std::string>& addresses) {
  auto made = expose::listen_on_all(addresses);
  if (!made) throw std::runtime_error(made.errors()[0].message);
  return std::move(*made);
}

inline Answer get(const std::string& address, const std::string& path, const std::string& headers = "") {
  return Client(address).request("GET", path, headers).receive();
}

inline std::string gunzip(const std::string& packed) {
  z_stream stream{};
  std::string out;
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  int status = Z_OK;
  while (status == Z_OK) {
    char buffer[65536];
    stream.next_out = reinterpret_cast<Bytef*>(buffer);
    stream.avail_out = sizeof buffer;
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer, sizeof buffer - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END ? out : "not gzip";
}

}  // namespace routemeter::test

// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "input/read/block.h"
#include "unit/input/stream_support.h"
#include "unit/input/support.h"

using namespace routemeter::test;
using routemeter::input::Block;
using routemeter::input::kBlockSize;
using routemeter::input::kMaxLine;
using routemeter::input::kReadSize;
using routemeter::input::open_stream;
using routemeter::input::StreamSource;
using routemeter::util::Fd;

namespace {

const std::string kUdp = "syslog+udp://127.0.0.1:0";

// The error of a LOG that cannot be opened.
routemeter::util::Diagnostic refused(const std::string& log) {
  const auto out = open_stream(log);
  REQUIRE_FALSE(out);
  CHECK(out.errors().front().source_line == log);
  return out.errors().front();
}

// What becomes of each message: the same rule for both sockets.
void check_messages(StreamSource& source, const Fd& to) {
  struct Case {
    std::string message, line;
  };
  const std::string nul(1, '\0');
  const std::string nginx =
      R"(<190>Nov 24 06:50:36 host nginx: 10.0.0.1 - - [24/Nov/2025:06:50:36 +0000] "GET / HTTP/1.1" 200 1 "-" "-")";
  const Case cases[] = {
      {nginx, nginx + "\n"},
      {"<13>x\n", "<13>x\n"},
      {"<13>x\r\n" + nul, "<13>x\n"},
      {nul + nul + "\n<13>x", "<13>x\n"},
      {"<13>one\n<13>forged\n", "<13>one <13>forged\n"},  // one message is one line
      {"<13>a" + nul + "b", "<13>a" + nul + "b\n"},
      {"5 <13>x", "5 <13>x\n"},  // counts are for TCP
      {" x ", " x \n"},
      {"\n", ""},
      {nul, ""},
  };
  for (const Case& c : cases) {
    INFO(c.message);
    send(to, c.message);
    CHECK(readable(source.fd(), 120'000));
    CHECK(take(source).text == c.line);
  }
  REQUIRE(::send(to.get(), "", 0, 0) == 0);  // an empty datagram is no message
  send(to, "<13>after");
  CHECK(take_bytes(source, 10).text == "<13>after\n");
  std::string all;
  for (const Case& c : cases) {
    send(to, c.message);
    all += c.line;
  }
  CHECK(take_bytes(source, all.size()).text == all);
  CHECK_FALSE(readable(source.fd(), 0));
  CHECK(source.stats().datagrams_truncated == 0);
}

}  // namespace

TEST_CASE("stream: syslog messages over UDP") {
  const auto source = opened(kUdp);
  CHECK(source->description().starts_with("udp 127.0.0.1:"));
  CHECK(port_of(*source) != 0);
  check_messages(*source, connected(SOCK_DGRAM, port_of(*source)));
  CHECK_FALSE(source->ended());
}

TEST_CASE("stream: UDP over IPv6, over IPv4 on a socket for everything, and by name") {
  const bool ipv6 = [] {
    const auto probe = open_stream("syslog+udp://[::1]:0");
    return static_cast<bool>(probe);
  }();
  if (ipv6) {
    const auto source = opened("syslog+udp://[::1]:0");
    CHECK(source->description().starts_with("udp [::1]:"));
    const Fd to(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 where{};
    where.sin6_family = AF_INET6;
    where.sin6_port = htons(port_of(*source));
    where.sin6_addr = in6addr_loopback;
    REQUIRE(::connect(to.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    send(to, "<13>six");
    CHECK(take_bytes(*source, 8).text == "<13>six\n");
  } else {
    WARN("no IPv6 on this machine");
  }
  for (const std::string url : {"syslog+udp://:0", "syslog+udp://localhost:0", "syslog+udp://0.0.0.0:0"}) {
    INFO(url);
    const auto source = opened(url);
    send(connected(SOCK_DGRAM, port_of(*source)), "<13>four");
    CHECK(take_bytes(*source, 9).text == "<13>four\n");
  }
}

TEST_CASE("stream: a burst of 10,000 UDP messages arrives whole, in blocks that stay small") {
  const auto source = opened(kUdp);
  const Fd to = connected(SOCK_DGRAM, port_of(*source));
  Block block;
  std::string sent;
  std::string got;
  for (int i = 0; i < 10000; ++i) {
    const std::string message =
        "<190>Nov 24 06:50:36 nginx: " + std::string(static_cast<std::size_t>(i % 200), 'x') + " " +
        std::to_string(i);
    send(to, message);
    sent += message + "\n";
    if (i % 2500 != 2499) continue;  // as much as fits into any receive buffer is not read meanwhile
    CHECK(readable(source->fd(), 120'000));
    while (source->next(block)) {
      CHECK(block.text.size() < kReadSize + 16 * 65536);
      got += block.text;
    }
  }
  CHECK(source->stats().kernel_drops == 0);
  CHECK(got == sent);
}

TEST_CASE("stream: the largest UDP datagrams fill blocks without touching each other") {
  const auto source = opened(kUdp);
  const Fd to = connected(SOCK_DGRAM, port_of(*source));
  std::string sent;
  Block block;
  std::string got;
  for (char c = 'a'; c <= 'y'; ++c) {
    // Full ones and short ones in turns: full ones lie behind each other in the buffer.
    const std::string message(c % 3 == 0 ? 10 : 65507, c);
    send(to, message);
    sent += message + "\n";
  }
  CHECK(readable(source->fd(), 120'000));
  while (source->next(block)) {
    CHECK(block.text.size() <= kBlockSize);
    got += block.text;
  }
  CHECK(got == sent);
}

TEST_CASE("stream: UDP datagrams that find the buffer full are counted, at once") {
  const auto source = opened(kUdp);
  const Fd to = connected(SOCK_DGRAM, port_of(*source));
  const std::string message(60000, 'x');
  const std::uint64_t sent = 1000;
  for (std::uint64_t i = 0; i < sent; ++i) send(to, message);
  const std::uint64_t lost = source->stats().kernel_drops;
  CHECK(lost > 0);
  const std::uint64_t got = take(*source).text.size() / (message.size() + 1);
  CHECK(got > 0);
  CHECK(got + lost == sent);
  CHECK(source->stats().kernel_drops == lost);
  for (std::uint64_t i = 0; i < sent; ++i) send(to, message);
  const std::uint64_t again = take(*source).text.size() / (message.size() + 1);
  CHECK(again + source->stats().kernel_drops == 2 * sent - got);
}

TEST_CASE("stream: a receive buffer that is smaller than wanted is told") {
  const auto source = opened(kUdp);
  int got = 0;
  socklen_t size = sizeof got;
  REQUIRE(::getsockopt(source->fd(), SOL_SOCKET, SO_RCVBUF, &got, &size) == 0);
  const std::vector<std::string> told = source->take_messages();
  if (got >= 2 * 8 * 1024 * 1024) {
    CHECK(told.empty());
  } else {
    REQUIRE(told.size() == 1);
    CHECK(told[0].starts_with(source->description() + ": the receive buffer has " +
                              std::to_string(got / 2048) + " KiB of the 8192 wanted"));
  }
  CHECK(source->take_messages().empty());
}

TEST_CASE("stream: a flood of UDP gets one block at a time") {
  const auto source = opened(kUdp);
  const Fd to = connected(SOCK_DGRAM, port_of(*source));
  const std::string message(1000, 'x');
  for (int i = 0; i < 2000; ++i) send(to, message);
  Block block;
  REQUIRE(source->next(block));
  CHECK(block.text.size() >= kReadSize);
  CHECK(block.text.size() < kReadSize + 17 * message.size());
  CHECK(readable(source->fd(), 0));
}

TEST_CASE("stream: syslog messages over a Unix socket") {
  TempDir dir;
  const std::string path = dir / "log.sock";
  const auto source = opened("syslog+unix://" + path);
  CHECK(source->description() == "unix " + path);
  // Servers log as users of their own.
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0666);
  // Its queue may be short (net.unix.max_dgram_qlen), so the sender sends no more than ten at once.
  check_messages(*source, connected(path));
}

TEST_CASE("stream: a Unix datagram that is too long is counted and dropped") {
  TempDir dir;
  const std::string path = dir / "log.sock";
  const auto source = opened("syslog+unix://" + path);
  const Fd to = connected(path);
  const int size = 1024 * 1024;
  REQUIRE(::setsockopt(to.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size) == 0);
  const std::string longest(kMaxLine - 1, 'x');
  const std::string too_long(kMaxLine, 'y');
  const auto try_send = [&](const std::string& message) {
    return ::send(to.get(), message.data(), message.size(), 0) == static_cast<ssize_t>(message.size());
  };
  if (!try_send(longest)) {
    WARN("net.core.wmem_max is too small here for long datagrams");
    return;
  }
  CHECK(take(*source).text == longest + "\n");
  REQUIRE(try_send(longest));
  REQUIRE(try_send(too_long));
  REQUIRE(try_send(longest));
  REQUIRE(try_send("<13>short"));
  const Taken taken = take(*source);
  CHECK(taken.text == longest + "\n" + longest + "\n<13>short\n");
  CHECK(taken.too_long == 1);
  CHECK(source->stats().datagrams_truncated == 1);
  // One alone is news, too.
  REQUIRE(try_send(too_long));
  Block block;
  CHECK(source->next(block));
  CHECK(block.text.empty());
  CHECK(block.too_long == 1);
  CHECK_FALSE(source->next(block));
  CHECK(block.too_long == 0);
}

TEST_CASE("stream: the file of a Unix socket comes and goes with it") {
  TempDir dir;
  const std::string path = dir / "log.sock";
  const std::string url = "syslog+unix://" + path;
  struct stat status {};
  {
    const auto source = opened(url);
    CHECK(refused(url).hint.find("another process receives there") != std::string::npos);
    send(connected(path), "<13>x");  // the second one has not hurt the first
    CHECK(take_bytes(*source, 6).text == "<13>x\n");
  }
  CHECK(::lstat(path.c_str(), &status) != 0);
  {
    // Left behind by somebody who was killed.
    const Fd killed(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    std::memcpy(where.sun_path, path.data(), path.size());
    REQUIRE(::bind(killed.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    CHECK_FALSE(open_stream(url));
  }
  const auto source = opened(url);
  send(connected(path), "<13>x");
  CHECK(take_bytes(*source, 6).text == "<13>x\n");
}

TEST_CASE("stream: a Unix socket leaves alone what is not its own") {
  TempDir dir;
  const std::string path = dir / "log.sock";
  const std::string url = "syslog+unix://" + path;
  struct stat status {};
  {
    const auto source = opened(url);
    REQUIRE(::unlink(path.c_str()) == 0);
    write_file(path, "somebody's\n");
  }
  CHECK(::lstat(path.c_str(), &status) == 0);
  CHECK(refused(url).message.find("is there and is no socket") != std::string::npos);
  CHECK(::lstat(path.c_str(), &status) == 0);
  // A server of another kind listens there.
  REQUIRE(::unlink(path.c_str()) == 0);
  const Fd server(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::memcpy(where.sun_path, path.data(), path.size());
  REQUIRE(::bind(server.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
  REQUIRE(::listen(server.get(), 1) == 0);
  CHECK(refused(url).message == "cannot receive here: Address already in use");
  CHECK(::lstat(path.c_str(), &status) == 0);
  CHECK(refused("syslog+unix://" + dir / "missing/x").hint.find("directory must exist") != std::string::npos);
}

TEST_CASE("stream: addresses that cannot be had say what to do") {
  const auto source = opened(kUdp);
  const std::string port = std::to_string(port_of(*source));
  CHECK(refused("syslog+udp://127.0.0.1:" + port).hint.find("another process") != std::string::npos);
  const auto tcp = opened("syslog+tcp://127.0.0.1:0");
  CHECK(refused("syslog+tcp://127.0.0.1:" + std::to_string(port_of(*tcp))).message ==
        "cannot receive here: Address already in use");
  CHECK(refused("syslog+udp://192.0.2.1:5514").hint.find("no interface") != std::string::npos);
  CHECK(refused("syslog+udp://no-such-host.invalid:5514")
            .message.find("cannot resolve 'no-such-host.invalid'") == 0);
  if (::geteuid() == 0) {
    REQUIRE(::seteuid(65534) == 0);
    const auto low = open_stream("syslog+udp://127.0.0.1:514");
    REQUIRE(::seteuid(0) == 0);
    // Some machines let everybody have low ports.
    if (!low) CHECK(low.errors().front().hint.find("CAP_NET_BIND_SERVICE") != std::string::npos);
  }
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "input/read/block.h"
#include "input/stream/syslog.h"
#include "unit/input/stream_support.h"
#include "unit/input/support.h"

using namespace routemeter::test;
using routemeter::input::bind_syslog;
using routemeter::input::Block;
using routemeter::input::kBlockSize;
using routemeter::input::kMaxLine;
using routemeter::input::parse_syslog_address;
using routemeter::input::receive_tcp;
using routemeter::input::StreamSource;
using routemeter::input::TcpLimits;
using routemeter::util::Fd;

namespace {

std::unique_ptr<StreamSource> receiving(TcpLimits limits = {}) {
  const auto address = parse_syslog_address("syslog+tcp://127.0.0.1:0");
  auto socket = bind_syslog(*address);
  REQUIRE(socket);
  auto out = receive_tcp(std::move(*socket), limits);
  REQUIRE(out);
  return std::move(*out);
}

Fd sender(const StreamSource& to) { return connected(SOCK_STREAM, port_of(to)); }

// Closes without waiting for anything: the receiver sees a reset.
void reset(Fd& fd) {
  const linger hard{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  fd.reset();
}

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Takes what is there until `done` says so of what has come; only what hangs takes two minutes.
template <typename Done>
Taken take_until(StreamSource& source, Done done) {
  Taken out;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  do {
    Taken more = take(source);
    out.text += more.text;
    out.too_long += more.too_long;
  } while (!done(out) && std::chrono::steady_clock::now() < deadline && (readable(source.fd(), 50), true));
  CHECK(done(out));
  return out;
}

// Whether all that was sent is with the receiver: on a busy machine that takes the loopback a while.
bool delivered(const Fd& fd) {
  int left = 1;
  return ::ioctl(fd.get(), TIOCOUTQ, &left) == 0 && left == 0;
}

}  // namespace

TEST_CASE("stream: syslog messages over TCP, in both framings at once") {
  const auto source = opened("syslog+tcp://127.0.0.1:0");
  CHECK(source->description().starts_with("tcp 127.0.0.1:"));
  CHECK_FALSE(readable(source->fd(), 0));
  const Fd counted = sender(*source);
  const Fd plain = sender(*source);
  send(counted, "7 <13>o");
  send(plain, "<13>t");
  CHECK(take_bytes(*source, 0).text.empty());
  CHECK(take(*source).text.empty());  // nothing is whole yet
  send(counted, "ne5 <13>b");
  CHECK(take_bytes(*source, 14).text == "<13>one\n<13>b\n");
  send(plain, "wo\n");
  CHECK(take_bytes(*source, 8).text == "<13>two\n");
  CHECK_FALSE(readable(source->fd(), 0));
  CHECK_FALSE(source->ended());
  CHECK(source->stats().connections_accepted == 2);
}

TEST_CASE("stream: TCP messages arrive whatever the pieces, from many senders") {
  Random random(7);
  const auto source = receiving();
  struct Stream {
    Fd fd;
    std::string rest;
  };
  std::vector<Stream> streams;
  std::vector<std::string> expected;
  std::size_t bytes = 0;
  for (int i = 0; i < 12; ++i) {
    Stream stream{sender(*source), {}};
    for (int k = 0; k < 60; ++k) {
      const std::string message = "<13>" + std::to_string(i) + " " + std::to_string(k) + " " +
                                  std::string(random.below(random.below(10) == 0 ? 30000 : 300), 'x');
      stream.rest += i % 2 == 0 ? message + "\n" : std::to_string(message.size()) + " " + message;
      expected.push_back(message);
      bytes += message.size() + 1;
    }
    streams.push_back(std::move(stream));
  }
  std::string got;
  while (!streams.empty()) {
    const std::size_t which = random.below(streams.size());
    Stream& stream = streams[which];
    const std::size_t size = std::min<std::size_t>(1 + random.below(20000), stream.rest.size());
    send(stream.fd, std::string_view(stream.rest).substr(0, size));
    stream.rest.erase(0, size);
    if (stream.rest.empty()) streams.erase(streams.begin() + static_cast<std::ptrdiff_t>(which));
    got += take(*source).text;
  }
  got += take_bytes(*source, bytes - got.size()).text;
  std::vector<std::string> lines_got;
  for (std::size_t at = 0; at < got.size();) {
    const std::size_t end = got.find('\n', at);
    lines_got.push_back(got.substr(at, end - at));
    at = end + 1;
  }
  std::sort(lines_got.begin(), lines_got.end());
  std::sort(expected.begin(), expected.end());
  CHECK(lines_got == expected);
  CHECK(source->stats().messages_torn == 0);
}

TEST_CASE("stream: how a TCP connection ends") {
  struct Case {
    std::string sent;
    bool in_order;
    std::string text;
    std::uint64_t torn, errors;
  };
  const Case cases[] = {
      {"<13>a\n<13>b\n", true, "<13>a\n<13>b\n", 0, 0},
      {"<13>a\n<13>b", true, "<13>a\n<13>b\n", 0, 0},  // in order: the end of the last line
      {"<13>a\n<13>b", false, "<13>a\n", 1, 0},        // reset: nobody knows what is missing
      {"<13>a\n", false, "<13>a\n", 0, 0},
      {"5 <13>a9 <13>b", true, "<13>a\n", 1, 0},
      {"5 <13>a9 <13>b", false, "<13>a\n", 1, 0},
      {"5 <13>ajunk", true, "<13>a\n", 0, 1},
      {"", true, "", 0, 0},
  };
  for (const Case& c : cases) {
    INFO(c.sent);
    const auto source = receiving();
    Fd fd = sender(*source);
    if (!c.sent.empty()) send(fd, c.sent);
    Taken taken =
        take_until(*source, [&](const Taken&) { return source->stats().connections_accepted == 1; });
    std::string text = taken.text;
    while (text.size() < 6 && !c.sent.empty()) text += take_bytes(*source, 1).text;
    if (c.in_order) {
      fd.reset();
    } else {
      reset(fd);
    }
    CHECK((c.errors > 0 || readable(source->fd(), 120'000)));
    text += take(*source).text;
    CHECK(text == c.text);
    CHECK(source->stats().messages_torn == c.torn);
    CHECK(source->stats().framing_errors == c.errors);
    CHECK_FALSE(readable(source->fd(), 0));  // it is closed here, too
  }
}

TEST_CASE("stream: 300 TCP connections, more than there are places for") {
  const auto source = receiving();
  std::vector<Fd> senders;
  for (int i = 0; i < 300; ++i) {
    senders.push_back(sender(*source));
    send(senders.back(), "<13>message " + std::to_string(i) + "\n");
  }
  const Taken taken = take_until(*source, [&](const Taken& so_far) {
    return source->stats().connections_accepted == 300 && lines(so_far.text) == 300;
  });
  // Those that had to go had been heard.
  CHECK(lines(taken.text) == 300);
  for (int i = 0; i < 300; ++i) {
    INFO(i);
    CHECK(taken.text.find("<13>message " + std::to_string(i) + "\n") != std::string::npos);
  }
  CHECK(source->stats().connections_evicted == 44);
  // The ones that are left are still heard.
  std::size_t sent = 0;
  for (const Fd& fd : senders) {
    char byte = 0;
    if (::recv(fd.get(), &byte, 1, MSG_DONTWAIT) != 0 && errno == EAGAIN) {
      send(fd, "<13>again\n");
      ++sent;
    }
  }
  CHECK(sent == 256);
  CHECK(take_bytes(*source, sent * 10).text.size() == sent * 10);
}

TEST_CASE("stream: connections that say nothing make room before those that do") {
  TcpLimits limits;
  limits.connections = 8;
  const auto source = receiving(limits);
  const Fd honest = sender(*source);
  send(honest, "<13>one\n");
  CHECK(take_bytes(*source, 8).text == "<13>one\n");
  std::vector<Fd> silent;
  for (int i = 0; i < 100; ++i) {
    silent.push_back(sender(*source));
    if (i % 2 == 0) send(silent.back(), "torn");
    take(*source);
  }
  take_until(*source, [&](const Taken&) { return source->stats().connections_accepted == 101; });
  CHECK(source->stats().connections_evicted == 93);
  CHECK(source->stats().messages_torn > 0);
  send(honest, "<13>two\n");
  CHECK(take_bytes(*source, 8).text == "<13>two\n");
}

TEST_CASE("stream: a TCP message without end is skipped in constant memory, others go on") {
  const auto source = receiving();
  const Fd endless = sender(*source);
  const Fd honest = sender(*source);
  const std::string part(65536, 'x');
  std::string got;
  std::uint64_t too_long = 0;
  std::size_t sent = 0;
  for (int i = 0; i < 200; ++i) {
    const ssize_t n = ::send(endless.get(), part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) sent += static_cast<std::size_t>(n);
    send(honest, "<13>good\n");
    const Taken taken = take_bytes(*source, 9);
    got += taken.text;
    too_long += taken.too_long;
  }
  CHECK(sent > 8 * kMaxLine);
  CHECK(lines(got) == 200);
  CHECK(too_long == 0);
  send(endless, "\n<13>end\n");
  Taken taken = take_bytes(*source, 8);
  CHECK(taken.text == "<13>end\n");
  CHECK(taken.too_long == 1);
  // One that never ends is counted when its sender goes.
  Fd another = sender(*source);
  ::fcntl(another.get(), F_SETFL, O_NONBLOCK);
  for (sent = 0; sent < 2 * kMaxLine; take(*source)) {
    const ssize_t n = ::send(another.get(), part.data(), part.size(), MSG_NOSIGNAL);
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
  another.reset();
  taken = take_until(*source, [&](const Taken& so_far) { return so_far.too_long > 0; });
  CHECK(taken.text.empty());
  CHECK(taken.too_long == 1);
  CHECK(source->stats().messages_torn == 0);
}

TEST_CASE("stream: all parts of messages together are bounded, and the bound forgets what is gone") {
  TcpLimits limits;
  limits.held = 1024 * 1024;
  const auto source = receiving(limits);
  const std::string part(200 * 1024, 'x');
  const Fd honest = sender(*source);
  send(honest, "<13>slow ");
  const auto hold = [&](std::vector<Fd>& to, int count) {
    for (int i = 0; i < count; ++i) {
      to.push_back(sender(*source));
      send(to.back(), part);
      take_until(*source, [&](const Taken&) { return delivered(to.back()) && !readable(source->fd(), 0); });
    }
  };
  // Each time almost as much as is allowed, ended in one of the ways.
  for (int round = 0; round < 8; ++round) {
    std::vector<Fd> senders;
    hold(senders, 4);
    const std::uint64_t torn = source->stats().messages_torn;
    std::uint64_t too_long = 0;
    std::size_t got = 0;
    for (Fd& fd : senders) {
      if (round % 4 == 0) send(fd, "\n");
      if (round % 4 == 1) reset(fd);
      if (round % 4 == 2) send(fd, std::string(kMaxLine, 'y') + "\n");
      fd.reset();
    }
    const Taken taken = take_until(*source, [&](const Taken& so_far) {
      return so_far.too_long + lines(so_far.text) + source->stats().messages_torn - torn == 4;
    });
    too_long += taken.too_long;
    got += lines(taken.text);
    INFO(round);
    CHECK(too_long == (round % 4 == 2 ? 4 : 0));
    CHECK(got == (round % 4 == 0 || round % 4 == 3 ? 4 : 0));
  }
  // Beyond it the largest are given up, never the small one.
  std::vector<Fd> senders;
  hold(senders, 12);
  for (const Fd& fd : senders) send(fd, "\n");
  send(honest, "but whole\n");
  const Taken taken =
      take_until(*source, [&](const Taken& so_far) { return so_far.too_long + lines(so_far.text) == 13; });
  CHECK(taken.text.find("<13>slow but whole\n") != std::string::npos);
  CHECK(taken.too_long >= 7);
}

TEST_CASE("stream: a sender that stops inside a message is closed, a quiet one is not") {
  TcpLimits limits;
  limits.torn_timeout = std::chrono::milliseconds(500);
  const auto source = receiving(limits);
  const Fd quiet = sender(*source);
  const Fd torn = sender(*source);
  const Fd counted = sender(*source);
  const Fd silent = sender(*source);
  send(quiet, "<13>x\n");
  send(torn, "<13>y");
  send(counted, "9 <13>y");
  const Taken taken =
      take_until(*source, [&](const Taken&) { return source->stats().connections_timed_out == 2; });
  CHECK(taken.text == "<13>x\n");
  CHECK(source->stats().messages_torn == 2);
  send(quiet, "<13>z\n");
  send(silent, "<13>s\n");
  CHECK(take_bytes(*source, 12).text.size() == 12);
}

TEST_CASE("stream: senders take turns") {
  const auto source = receiving();
  std::vector<Fd> floods;
  std::vector<std::string> rest(40);
  const std::string flood = std::string(99, 'f') + "\n";
  std::string bulk;
  while (bulk.size() < 65536) bulk += flood;
  for (std::size_t i = 0; i < rest.size(); ++i) floods.push_back(sender(*source));
  const auto pour = [&] {
    for (std::size_t i = 0; i < floods.size(); ++i) {
      while (true) {
        if (rest[i].empty()) rest[i] = bulk;
        const ssize_t n =
            ::send(floods[i].get(), rest[i].data(), rest[i].size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n <= 0) break;
        rest[i].erase(0, static_cast<std::size_t>(n));
      }
    }
  };
  pour();
  const Fd small = sender(*source);
  send(small, "<13>small\n");
  while (!delivered(small)) ::usleep(1000);
  Block block;
  std::size_t blocks = 0;
  std::size_t most = 0;
  for (bool heard = false; !heard && blocks < 1000; ++blocks) {
    pour();
    REQUIRE(source->next(block));
    most = std::max(most, block.text.size());
    heard = block.text.find("<13>small\n") != std::string_view::npos;
  }
  // 40 senders with 64 KiB each, four of them to a block: two rounds and some.
  CHECK(blocks < 30);
  CHECK(most <= kBlockSize);
}

TEST_CASE("stream: without descriptors a connection is refused, and nothing spins") {
  const auto source = receiving();
  const Fd first = sender(*source);
  send(first, "<13>a\n");
  CHECK(take_bytes(*source, 6).text == "<13>a\n");
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  std::vector<Fd> hoard;
  rlimit low = before;
  low.rlim_cur = 64;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  // UBSan needs a descriptor to look at an object that it has not met lately: it meets this one here, and
  // nothing is checked until there are descriptors again.
  Block block;
  bool got = source->next(block);
  const Fd late = sender(*source);
  REQUIRE(readable(source->fd(), 120'000));
  for (;;) {
    Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!fd) break;
    hoard.push_back(std::move(fd));
  }
  got = source->next(block) || got;
  hoard.clear();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK_FALSE(got);
  CHECK(source->stats().connections_refused == 1);
  CHECK_FALSE(readable(source->fd(), 0));
  send(first, "<13>b\n");
  CHECK(take_bytes(*source, 6).text == "<13>b\n");
  const Fd again = sender(*source);
  send(again, "<13>c\n");
  CHECK(take_bytes(*source, 6).text == "<13>c\n");
}

// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "input/stream/stream_source.h"
#include "input/stream/syslog.h"
#include "unit/input/support.h"

using routemeter::input::is_stream;
using routemeter::input::open_stream;
using routemeter::input::parse_syslog_address;
using routemeter::test::TempDir;
using Transport = routemeter::input::SyslogAddress::Transport;

TEST_CASE("stream: syslog addresses") {
  struct Case {
    std::string url;
    Transport transport;
    std::string host, port, path;
  };
  const Case cases[] = {
      {"syslog+udp://127.0.0.1:5514", Transport::kUdp, "127.0.0.1", "5514", ""},
      {"syslog+tcp://localhost:0", Transport::kTcp, "localhost", "0", ""},
      {"syslog+udp://:65535", Transport::kUdp, "", "65535", ""},
      {"syslog+tcp://[::1]:601", Transport::kTcp, "::1", "601", ""},
      {"syslog+unix:///run/a b/log.sock", Transport::kUnix, "", "", "/run/a b/log.sock"},
      {"syslog+unix:///" + std::string(106, 'x'), Transport::kUnix, "", "", "/" + std::string(106, 'x')},
  };
  for (const Case& c : cases) {
    INFO(c.url);
    REQUIRE(is_stream(c.url));
    const auto address = parse_syslog_address(c.url);
    REQUIRE(address);
    CHECK(address->transport == c.transport);
    CHECK(address->host == c.host);
    CHECK(address->port == c.port);
    CHECK(address->path == c.path);
    CHECK(address->url == c.url);
  }
}

TEST_CASE("stream: bad syslog addresses say where and what to do") {
  struct Case {
    std::string url;
    int column;
    std::string message, hint;
  };
  const Case cases[] = {
      {"syslog+upd://:1", 1, "unknown kind of log 'syslog+upd'", "did you mean syslog+udp?"},
      {"http://localhost/", 1, "unknown kind of log 'http'", "a log is a file, a FIFO, - or"},
      {"syslog+udp://localhost", 23, "without a port", "syslog+udp://127.0.0.1:5514"},
      {"syslog+udp://[::1]", 19, "without a port", ""},
      {"syslog+udp://", 14, "without a port", ""},
      {"syslog+udp://localhost:65536", 24, "bad port", "from 0 to 65535"},
      {"syslog+udp://localhost:-1", 24, "bad port", ""},
      {"syslog+udp://localhost:", 24, "bad port", ""},
      {"syslog+udp://localhost:514/x", 24, "bad port", "nothing may follow"},
      {"syslog+tcp://::1:514", 14, "malformed host", "in brackets"},
      {"syslog+unix://run/log", 15, "absolute path", "three slashes"},
      {"syslog+unix:///", 15, "absolute path", ""},
      {"syslog+unix:///run/", 15, "absolute path", ""},
      {"syslog+unix:///" + std::string(107, 'x'), 15, "at most 107 bytes", "shorter"},
      {std::string("syslog+unix:///a\0b", 18), 15, "NUL", ""},
  };
  for (const Case& c : cases) {
    INFO(c.url);
    CHECK(is_stream(c.url));
    const auto out = open_stream(c.url);
    REQUIRE_FALSE(out);
    const auto& error = out.errors().front();
    CHECK(error.at.column == c.column);
    CHECK(error.source_line == c.url);
    CHECK(error.message.find(c.message) != std::string::npos);
    CHECK(error.hint.find(c.hint) != std::string::npos);
  }
}

TEST_CASE("stream: what is a stream") {
  TempDir dir;
  routemeter::test::write_file(dir / "file", "x\n");
  REQUIRE(::mkfifo((dir / "fifo").c_str(), 0600) == 0);
  CHECK(is_stream("-"));
  CHECK(is_stream(dir / "fifo"));
  CHECK_FALSE(is_stream(dir / "file"));
  CHECK_FALSE(is_stream(dir / "missing"));
  CHECK_FALSE(is_stream(""));
  CHECK_FALSE(is_stream("://x"));
  CHECK_FALSE(is_stream("/var/log/odd://name"));
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/input/stream_support.h"
#include "unit/input/support.h"

using namespace routemeter::test;
using routemeter::util::Fd;

namespace {

constexpr const char* kNginx = "/usr/sbin/nginx";

/// An nginx in the foreground, quit and waited for at the end.
class Nginx {
 public:
  explicit Nginx(const TempDir& dir) : pid_(::fork()) {
    if (pid_ == 0) {
      const int null = ::open("/dev/null", O_RDWR);
      ::dup2(null, STDERR_FILENO);
      const std::string conf = dir / "nginx.conf";
      const std::string prefix = dir / "";
      ::execl(kNginx, kNginx, "-p", prefix.c_str(), "-c", conf.c_str(), "-e", "error.log", nullptr);
      ::_exit(127);
    }
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  ~Nginx() {
    ::kill(pid_, SIGQUIT);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_;
};

// Below the ports that the kernel gives to connections: one of those could have it before nginx does.
int free_port() {
  int port = 10'000 + ::getpid() % 20'000;
  while (!routemeter::input::open_stream("syslog+tcp://127.0.0.1:" + std::to_string(port))) ++port;
  return port;
}

// One request over one connection; true when something answered.
bool request(std::uint16_t port, const std::string& text) {
  try {
    const Fd fd = connected(SOCK_STREAM, port);
    send(fd, text);
    char answer[4096];
    ssize_t n = 0;
    bool any = false;
    while ((n = ::recv(fd.get(), answer, sizeof answer, 0)) > 0) any = true;
    return any;
  } catch (const std::runtime_error&) {
    return false;
  }
}

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\nConnection: close\r\n\r\n";
}

}  // namespace

TEST_CASE("stream: nginx sends its access log over UDP and to a Unix socket") {
  if (::access(kNginx, X_OK) != 0) {
    WARN("no nginx on this machine");
    return;
  }
  TempDir dir;
  // Its workers are another user.
  REQUIRE(::chmod((dir / ".").c_str(), 0755) == 0);
  const auto udp = opened("syslog+udp://127.0.0.1:0");
  const auto local = opened("syslog+unix://" + dir / "log.sock");
  const auto port = static_cast<std::uint16_t>(free_port());
  write_file(dir / "nginx.conf",
             "daemon off; worker_processes 1; pid " + dir / "nginx.pid" + ";\n" + "events {}\nhttp {\n" +
                 "client_body_temp_path " + dir / "a" + "; proxy_temp_path " + dir / "b" +
                 "; fastcgi_temp_path " + dir / "c" + "; uwsgi_temp_path " + dir / "d" + "; scgi_temp_path " +
                 dir / "e" + ";\n" +
                 "large_client_header_buffers 4 32k;\n"
                 "log_format timed '$remote_addr - [$time_iso8601] \"$request\" $status $body_bytes_sent "
                 "$request_time \"$http_user_agent\"';\n"
                 "access_log syslog:server=127.0.0.1:" +
                 std::to_string(port_of(*udp)) + ",nohostname timed;\n" +
                 "access_log syslog:server=unix:" + dir / "log.sock" + " timed;\n" +
                 "server { listen 127.0.0.1:" + std::to_string(port) + "; return 200 hello; }\n}\n");
  const Nginx nginx(dir);
  for (int i = 0; i < 2400 && !request(port, get("/ready")); ++i) ::usleep(50 * 1000);

  // Its syslog socket takes ten messages at once where the kernel's default holds: one after the other.
  std::string over_udp;
  std::string over_unix;
  const auto take_one = [&] {
    const std::string one = take_bytes(*udp, 1).text;
    const std::string other = take_bytes(*local, 1).text;
    REQUIRE_FALSE(one.empty());
    REQUIRE_FALSE(other.empty());
    over_udp += one;
    over_unix += other;
  };
  const auto see = [&](const std::string& text) {
    REQUIRE(request(port, text));
    take_one();
  };
  take_one();
  for (int i = 0; i < 20; ++i) see(get("/items/" + std::to_string(i)));
  // nginx writes a client's bytes as \xNN; the other requests must not make two lines either.
  see("GET /x HTTP/1.1\r\nHost: a\r\nUser-Agent: a\tb\"c\x01\r\nConnection: close\r\n\r\n");
  see(std::string("\x16\x03\x01\x02garbage\r\n\r\n"));
  const std::string long_path = "/long/" + std::string(20000, 'p');
  see(get(long_path));

  for (const std::string& text : {over_udp, over_unix}) {
    INFO(text.substr(0, 4000));
    CHECK(std::count(text.begin(), text.end(), '\n') == 24);
    CHECK(text.starts_with("<190>"));
    for (int i = 0; i < 20; ++i) {
      CHECK(text.find("\"GET /items/" + std::to_string(i) + " HTTP/1.1\" 200 5 ") != std::string::npos);
    }
    CHECK(text.find("\"GET " + long_path + " HTTP/1.1\" 200 5 ") != std::string::npos);
    CHECK(text.find("\\x16\\x03\\x01\\x02garbage\" 400 ") != std::string::npos);
    CHECK(text.find("\"a\\x09b\\x22c\\x01\"") != std::string::npos);
  }
  // "<190>Nov 24 06:50:36 nginx: ", and with the host before the tag on the other one.
  CHECK(over_udp.substr(20, 9) == " nginx: 1");
  CHECK(over_unix.substr(20, 9) != " nginx: 1");
  CHECK(over_unix.find(" nginx: 127.0.0.1 - [") != std::string::npos);
  CHECK(udp->stats().kernel_drops == 0);
}

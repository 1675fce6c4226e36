// SPDX-License-Identifier: Apache-2.0
// The service manager is a real datagram socket here, by path and abstract.
#include "app/serve/systemd.h"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace std::chrono_literals;
using routemeter::app::Systemd;
using Strings = std::vector<std::string>;

namespace {

// Sets a variable, or takes it away, for the life of the object.
class Variable {
 public:
  Variable(std::string name, const std::optional<std::string>& value) : name_(std::move(name)) {
    if (const char* old = std::getenv(name_.c_str())) old_ = old;
    set(value);
  }
  ~Variable() { set(old_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  void set(const std::optional<std::string>& value) {
    if (value) {
      ::setenv(name_.c_str(), value->c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }

  std::string name_;
  std::optional<std::string> old_;
};

class Manager {
 public:
  explicit Manager(std::string name) : name_(std::move(name)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (name_[0] == '@') address.sun_path[0] = '\0';
    socket_ = routemeter::util::Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  }
  ~Manager() {
    if (name_[0] == '/') ::unlink(name_.c_str());
  }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  const std::string& name() const { return name_; }

  Strings received() const {
    Strings out;
    char buffer[1024];
    while (true) {
      const ssize_t got = ::recv(socket_.get(), buffer, sizeof(buffer), 0);
      if (got < 0) break;
      out.emplace_back(buffer, static_cast<std::size_t>(got));
    }
    return out;
  }

 private:
  std::string name_;
  routemeter::util::Fd socket_;
};

std::string unique(const std::string& what) {
  return "routemeter-notify-" + what + std::to_string(::getpid());
}
std::string in_temp(const std::string& what) {
  return (std::filesystem::temp_directory_path() / unique(what)).string();
}

std::int64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

TEST_CASE("each state arrives as its own datagram") {
  for (const std::string& name : {in_temp("path"), "@" + unique("abstract")}) {
    CAPTURE(name);
    const Manager manager(name);
    const Variable socket("NOTIFY_SOCKET", name);
    const Variable watchdog("WATCHDOG_USEC", std::nullopt);
    Systemd systemd;
    systemd.ready();
    systemd.status("reading 2 logs\nREADY=0\x1b");
    const std::int64_t before = monotonic_microseconds();
    systemd.reloading();
    const std::int64_t after = monotonic_microseconds();
    systemd.ready();
    systemd.tick(Systemd::Clock::now());  // no watchdog: nothing to say
    systemd.stopping();
    const Strings got = manager.received();
    REQUIRE(got.size() == 5);
    CHECK(got[0] == "READY=1");
    CHECK(got[1] == "STATUS=reading 2 logs\\x0AREADY=0\\x1B");
    const std::string reloading = "RELOADING=1\nMONOTONIC_USEC=";
    REQUIRE(got[2].substr(0, reloading.size()) == reloading);
    const std::int64_t told = std::stoll(got[2].substr(reloading.size()));
    CHECK((before <= told && told <= after));
    CHECK(got[3] == "READY=1");
    CHECK(got[4] == "STOPPING=1");
  }
}

TEST_CASE("without a socket that can be one, nothing happens") {
  const std::vector<std::optional<std::string>> names = {
      std::nullopt, "", "/", "@", "relative", "vsock:2:1234", "/" + std::string(200, 'x')};
  for (const auto& name : names) {
    CAPTURE(name.value_or("none"));
    const Variable socket("NOTIFY_SOCKET", name);
    const Variable watchdog("WATCHDOG_USEC", "1000000");
    const Variable owner("WATCHDOG_PID", std::nullopt);
    Systemd systemd;
    systemd.ready();
    systemd.reloading();
    systemd.tick(Systemd::Clock::now());
    systemd.stopping();
  }
}

TEST_CASE("only a watchdog of this process gets a sign of life") {
  struct Row {
    std::optional<std::string> microseconds;
    std::optional<std::string> owner;
    bool watched;
  };
  const std::string us = std::to_string(::getpid());
  const std::vector<Row> rows = {
      {"30000000", us, true},
      {"30000000", std::nullopt, true},
      {"1", us, true},
      {"30000000", "1", false},
      {"30000000", us + "x", false},
      {"0", us, false},
      {"-5", us, false},
      {"", us, false},
      {"1s", us, false},
      {"99999999999999999999", us, false},
      {std::nullopt, us, false},
  };
  const Manager manager("@" + unique("watchdog"));
  const Variable socket("NOTIFY_SOCKET", manager.name());
  for (const Row& row : rows) {
    CAPTURE(row.microseconds.value_or("none"), row.owner.value_or("none"));
    const Variable microseconds("WATCHDOG_USEC", row.microseconds);
    const Variable owner("WATCHDOG_PID", row.owner);
    Systemd().tick(Systemd::Clock::now());
    CHECK(manager.received() == (row.watched ? Strings{"WATCHDOG=1"} : Strings{}));
  }
}

TEST_CASE("a sign of life goes out three times in the watchdog's time") {
  const Manager manager("@" + unique("signs"));
  const Variable socket("NOTIFY_SOCKET", manager.name());
  const Variable microseconds("WATCHDOG_USEC", "30000000");
  const Variable owner("WATCHDOG_PID", std::nullopt);
  Systemd systemd;
  const Systemd::Clock::time_point start{1000s};
  for (int second = 0; second <= 30; ++second) systemd.tick(start + std::chrono::seconds(second));
  CHECK(manager.received() == Strings(4, "WATCHDOG=1"));  // at 0, 10, 20 and 30 s
}

TEST_CASE("a manager that does not read blocks nobody and loses no state") {
  const Manager manager("@" + unique("full"));
  const Variable socket("NOTIFY_SOCKET", manager.name());
  const Variable microseconds("WATCHDOG_USEC", "1000");
  const Variable owner("WATCHDOG_PID", std::nullopt);
  Systemd systemd;
  // Signs until the queue of the socket is full (net.unix.max_dgram_qlen), then states that wait behind it.
  Systemd::Clock::time_point now{1000s};
  for (int i = 0; i < 5000; ++i) systemd.tick(now += 1s);
  systemd.status("busy");
  systemd.ready();
  for (int i = 0; i < 100; ++i) systemd.tick(now += 1s);
  const Strings first = manager.received();
  CHECK(first.size() < 5000);
  systemd.tick(now += 1s);
  Strings rest = manager.received();
  REQUIRE(rest.size() >= 3);
  CHECK(Strings(rest.end() - 3, rest.end()) == Strings{"STATUS=busy", "READY=1", "WATCHDOG=1"});
}

TEST_CASE("a manager that is away gets the newest states when it is back") {
  const std::string name = "@" + unique("away");
  const Variable socket("NOTIFY_SOCKET", name);
  const Variable microseconds("WATCHDOG_USEC", std::nullopt);
  Systemd systemd;
  for (int i = 0; i < 100; ++i) systemd.status(std::to_string(i));
  const Manager manager(name);
  systemd.stopping();
  Strings got;
  for (int i = 0; i < 3; ++i) {  // the queue may take ten at a time
    for (std::string& message : manager.received()) got.push_back(std::move(message));
    systemd.tick(Systemd::Clock::now());
  }
  REQUIRE(got.size() == 16);
  CHECK(got.front() == "STATUS=85");
  CHECK(got.back() == "STOPPING=1");
}

TEST_CASE("the socket is not inherited by programs we might start") {
  const Manager manager("@" + unique("cloexec"));
  const Variable socket("NOTIFY_SOCKET", manager.name());
  const int next = ::dup(0);
  ::close(next);
  const Systemd systemd;
  CHECK((::fcntl(next, F_GETFD) & FD_CLOEXEC) != 0);  // the lowest free number is the one it got
}

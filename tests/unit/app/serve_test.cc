// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serve.h"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace routemeter;

namespace {

constexpr const char* kLine =
    "127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] \"GET /a HTTP/1.1\" 200 11 \"-\" \"test\"\n";

// GET over a connection that the server closes.
std::string get(const std::string& address, const std::string& path) {
  const util::Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return "";
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return "";
  std::string answer;
  char part[4096];
  for (ssize_t size = 0; (size = ::recv(fd.get(), part, sizeof part, 0)) > 0;) {
    answer.append(part, static_cast<std::size_t>(size));
  }
  return answer;
}

}  // namespace

TEST_CASE("Serve follows a log, answers a scrape with its requests, and ends with SIGTERM") {
  char folder[] = "/tmp/serve_test.XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  app::ServeOptions options;
  options.logs = {std::string(folder) + "/access.log"};
  options.format = "combined";
  std::ofstream(options.logs[0]) << kLine << kLine;

  std::promise<std::string> address;
  std::atomic<bool> stopped = false;
  const util::Logger log = [&](util::LogLevel, std::string_view message, const util::LogFields& fields) {
    if (message == "listening") address.set_value(fields[0].second);
    if (message == "stopped") stopped = true;
  };
  int signals[2];
  REQUIRE(::pipe2(signals, O_NONBLOCK | O_CLOEXEC) == 0);
  const util::Fd read_end(signals[0]);
  const util::Fd write_end(signals[1]);
  auto listeners = expose::listen_on_all({"127.0.0.1:0"});
  REQUIRE(listeners);
  app::ServeEnvironment environment;
  environment.signal_fd = read_end.get();
  environment.listeners = std::move(*listeners);
  environment.clocks.unix_time = [] { return 1234.0; };
  app::Serve serve(options, std::move(environment), log);
  auto ended = std::async(std::launch::async, [&] {
    const bool ok(serve.run());
    if (!stopped) address.set_value("");  // it did not start: nobody else sets the address
    return ok;
  });

  const std::string page = get(address.get_future().get(), "/metrics");
  signalfd_siginfo term{};
  term.ssi_signo = SIGTERM;
  CHECK(::write(write_end.get(), &term, sizeof term) == sizeof term);
  CHECK(ended.get());
  CHECK(stopped);
  CHECK(page.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(page.find("http_requests_total{handler=\"none\",method=\"GET\",status=\"2xx\"} 2\n") !=
        std::string::npos);
  CHECK(page.find("routemeter_config_last_reload_success_timestamp_seconds 1234\n") != std::string::npos);
  std::filesystem::remove_all(folder);
}

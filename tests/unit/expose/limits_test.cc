// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "expose/http/http_server.h"
#include "unit/expose/http_client.h"

using routemeter::expose::HttpLimits;
using routemeter::expose::HttpRequest;
using routemeter::expose::HttpServer;
using routemeter::expose::HttpStats;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::serve_http;
using routemeter::test::Answer;
using routemeter::test::Client;
using routemeter::test::get;
using routemeter::test::listening;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBig = 20'000'000;

Response page(std::string text) {
  Response out;
  out.body = std::make_shared<const std::string>(std::move(text));
  return out;
}

// A server with a short page, one that is longer than any buffer, and one that never comes.
class Fixture {
 public:
  explicit Fixture(const HttpLimits& limits) {
    auto made = serve_http(
        listening({"127.0.0.1:0"}),
        {{"/", [](const HttpRequest&, const Respond& respond) { respond(page("home")); }},
         {"/big",
          [big = page(std::string(kBig, 'x'))](const HttpRequest&, const Respond& respond) { respond(big); }},
         {"/never", [this](const HttpRequest&, Respond respond) { kept_.push_back(std::move(respond)); }}},
        {limits, {}});
    if (!made) FAIL(made.errors()[0].message);
    server_ = std::move(*made);
  }
  std::string at() const { return server_->addresses()[0]; }
  HttpStats stats() const { return server_->stats(); }

 private:
  std::vector<Respond> kept_;
  std::unique_ptr<HttpServer> server_;
};

// Only a server that hangs takes as long, however busy the machine is.
constexpr auto kPatience = 120s;

// Limits that nobody reaches, for tests that set one of them.
HttpLimits no_limits() {
  HttpLimits out;
  out.head = out.response = out.idle = 30min;
  return out;
}

bool comes_true(const std::function<bool()>& condition) {
  const auto end = Clock::now() + kPatience;
  while (!condition()) {
    if (Clock::now() > end) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

std::chrono::milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

}  // namespace

TEST_CASE("a head that comes a byte at a time is cut at its total time") {
  HttpLimits limits = no_limits();
  limits.head = 1s;
  const Fixture server(limits);
  const auto start = Clock::now();
  Client silent(server.at());
  Client dripping(server.at());
  std::string head = "GET / HTTP/1.1\r\nX: ";
  const auto drip = [&] {
    for (std::size_t i = 0; since(start) < kPatience; ++i) {
      if (!dripping.try_send(std::string(1, i < head.size() ? head[i] : 'x'))) return;
      std::this_thread::sleep_for(20ms);
    }
  };
  drip();
  CHECK(since(start) >= 950ms);
  CHECK(silent.closed());
  CHECK(server.stats().cut.at("head_timeout") == 2);
  // A body is part of the request.
  Client body(server.at());
  body.send_text("POST / HTTP/1.1\r\nHost: x\r\n");
  CHECK(body.closed());
  CHECK(get(server.at(), "/").body == "home");
}

TEST_CASE("a body that does not come, on a new and on an old connection") {
  HttpLimits limits = no_limits();
  limits.head = 1s;
  auto made = serve_http(
      listening({"127.0.0.1:0"}),
      {{"/reload", [](const HttpRequest&, const Respond& respond) { respond(page("yes")); }, {"POST"}}},
      {limits, {}});
  REQUIRE(made);
  const std::string at = (*made)->addresses()[0];
  for (const bool used : {false, true}) {
    Client client(at);
    if (used) CHECK(client.request("POST", "/reload").receive().body == "yes");
    client.request("POST", "/reload", "Content-Length: 5\r\n").send_text("abcd");
    CHECK(client.closed());
  }
  CHECK((*made)->stats().cut.at("head_timeout") == 2);
}

TEST_CASE("an idle connection is closed, a used one lives on") {
  HttpLimits limits = no_limits();
  limits.idle = 2s;
  const Fixture server(limits);
  Client client(server.at());
  for (int i = 0; i < 6; ++i) {
    CHECK(client.request("GET", "/").receive().body == "home");
    std::this_thread::sleep_for(400ms);
  }
  Client dripping(server.at());
  CHECK(dripping.request("GET", "/").receive().body == "home");
  const auto start = Clock::now();
  while (dripping.try_send("x") && since(start) < kPatience) std::this_thread::sleep_for(20ms);
  CHECK(since(start) >= 300ms);  // counted from an answer that may have come long before we saw it
  CHECK(client.closed());
  CHECK(server.stats().cut.at("idle") == 2);
  CHECK(server.stats().cut.at("head_timeout") == 0);
}

TEST_CASE("a slow reader is cut at the total time of an answer, however much it takes at a time") {
  HttpLimits limits = no_limits();
  limits.response = 3s;
  const Fixture server(limits);
  Client slow(server.at(), 4096);
  const auto start = Clock::now();
  slow.request("GET", "/big");
  std::size_t got = 0;
  while (since(start) < kPatience) {
    const std::size_t more = slow.receive_some(2048);
    if (more == 0) break;
    got += more;
    std::this_thread::sleep_for(10ms);
  }
  CHECK(got < kBig / 2);
  CHECK(server.stats().cut.at("response_timeout") == 1);
  CHECK(get(server.at(), "/big").body.size() == kBig);
}

TEST_CASE("a handler that never answers") {
  HttpLimits limits = no_limits();
  limits.response = 1s;
  const Fixture server(limits);
  Client client(server.at());
  CHECK(client.request("GET", "/never").receive().status == 0);
  CHECK(comes_true([&] { return server.stats().open_connections == 0; }));
  CHECK(server.stats().cut.at("response_timeout") == 1);
  CHECK(get(server.at(), "/").body == "home");
}

TEST_CASE("when there is no room, the oldest without a request goes, and a scrape gets in") {
  HttpLimits limits = no_limits();
  limits.connections = 100;
  const Fixture server(limits);
  std::vector<Client> slow;
  for (int i = 0; i < 40; ++i) {
    slow.emplace_back(server.at(), 4096);
    slow.back().request("GET", "/big");
  }
  CHECK(get(server.at(), "/").body == "home");
  std::vector<Client> others;
  for (int i = 0; i < 300; ++i) {
    others.emplace_back(server.at());
    if (i % 3 == 1) others.back().send_text("GET / HTTP/1.1\r\n");
    if (i % 3 == 2) CHECK(others.back().request("GET", "/").receive().body == "home");
  }
  for (int i = 0; i < 20; ++i) CHECK(get(server.at(), "/").body == "home");
  const HttpStats stats = server.stats();
  CHECK(stats.open_connections <= 100);
  CHECK(stats.cut.at("room") >= 240);
  CHECK(stats.cut.at("head_timeout") + stats.cut.at("idle") + stats.cut.at("response_timeout") == 0);
  CHECK(others[0].closed());
  // Those that read were never in the way.
  CHECK(slow[0].receive().body.size() == kBig);
  CHECK(slow[39].receive().body.size() == kBig);
}

TEST_CASE("when all are slow readers, the slowest goes") {
  HttpLimits limits = no_limits();
  limits.connections = 20;
  const Fixture server(limits);
  std::vector<Client> slow;
  for (int i = 0; i < 60; ++i) {
    slow.emplace_back(server.at(), 4096);
    slow.back().request("GET", "/big");
    CHECK(slow.back().receive_some(1) == 1);  // being answered, not just connected
  }
  for (int i = 0; i < 10; ++i) CHECK(get(server.at(), "/").body == "home");
  CHECK(server.stats().cut.at("room") >= 40);
  CHECK(server.stats().open_connections <= 20);
}

TEST_CASE("a head of more than 8 KiB, however it is made up") {
  const Fixture server(HttpLimits{});
  const auto status = [&](std::size_t line, int lines) {
    std::string headers;
    for (int i = 0; i < lines; ++i)
      headers += "X-" + std::to_string(i) + ": " + std::string(line, 'v') + "\r\n";
    return get(server.at(), "/", headers).status;
  };
  CHECK(status(4000, 1) == 200);
  CHECK(status(100, 30) == 200);
  CHECK(status(9000, 1) == 431);
  CHECK(status(100, 90) == 431);
  CHECK(get(server.at(), "/?" + std::string(3000, 'q')).status == 200);
  CHECK(get(server.at(), "/?" + std::string(9000, 'q')).status == 414);
}

TEST_CASE("requests are counted by status") {
  const Fixture server(HttpLimits{});
  for (int i = 0; i < 3; ++i) get(server.at(), "/");
  get(server.at(), "/nowhere");
  Client(server.at()).request("DELETE", "/").receive();
  Client open(server.at());
  CHECK(open.request("GET", "/", "Accept-Encoding: identity;q=0\r\n").receive().status == 406);
  CHECK(open.closed());
  const HttpStats stats = server.stats();
  const std::map<int, std::uint64_t> wanted = {{200, 3}, {404, 1}, {405, 1}, {406, 1}};
  CHECK(stats.requests == wanted);
  Client again(server.at());
  CHECK(again.request("GET", "/").receive().status == 200);
  CHECK(comes_true([&] { return server.stats().open_connections == 1; }));
}

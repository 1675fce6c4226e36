// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <signal.h>
#include <unistd.h>

#include "expose/http/http_server.h"
#include "unit/expose/http_client.h"

using routemeter::expose::HttpLimits;
using routemeter::expose::HttpRequest;
using routemeter::expose::HttpServer;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::Route;
using routemeter::expose::serve_http;
using routemeter::test::Answer;
using routemeter::test::Client;
using routemeter::test::get;
using routemeter::test::listening;

namespace {

Response page(std::string text) {
  Response out;
  out.body = std::make_shared<const std::string>(std::move(text));
  return out;
}

std::unique_ptr<HttpServer> serve(std::vector<Route> routes) {
  // Nobody is cut for being slow: on a busy machine all are.
  HttpLimits limits;
  limits.head = limits.response = limits.idle = std::chrono::minutes(30);
  auto server = serve_http(listening({"127.0.0.1:0"}), std::move(routes), {limits, {}});
  if (!server) FAIL(server.errors()[0].message);
  return std::move(*server);
}

// Collects what a handler got, for another thread to answer.
class Waiting {
 public:
  Route route(const std::string& path) {
    return {path, [this](const HttpRequest&, Respond respond) {
              const std::lock_guard lock(mutex_);
              waiting_.push_back(std::move(respond));
              changed_.notify_all();
            }};
  }
  // The first `count` that arrive.
  std::vector<Respond> take(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(120), [&] { return waiting_.size() >= count; });
    return std::exchange(waiting_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Respond> waiting_;
};

}  // namespace

TEST_CASE("an answer comes later, from another thread") {
  Waiting waiting;
  const auto server =
      serve({waiting.route("/metrics"),
             {"/live", [](const HttpRequest&, const Respond& respond) { respond(page("yes")); }}});
  const std::string at = server->addresses()[0];
  std::vector<Client> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(at);
    clients.back().request("GET", "/metrics");
  }
  std::vector<Respond> open = waiting.take(20);
  REQUIRE(open.size() == 20);
  // Meanwhile the server's thread is free.
  CHECK(get(at, "/live").body == "yes");
  std::thread answerer([&open] {
    const Response shared = page("late");
    for (Respond& respond : open) respond(shared);
  });
  for (Client& client : clients) CHECK(client.receive().body == "late");
  answerer.join();
  // The same connections go on.
  for (Client& client : clients) client.request("GET", "/live");
  for (Client& client : clients) CHECK(client.receive().body == "yes");
}

TEST_CASE("answers race with the suspension of their connections") {
  std::mutex mutex;
  std::vector<std::thread> answerers;
  const auto server = serve({{"/metrics", [&](const HttpRequest&, Respond respond) {
                                const std::lock_guard lock(mutex);
                                answerers.emplace_back([respond] { respond(page("now")); });
                              }}});
  const std::string at = server->addresses()[0];
  Client client(at);
  int good = 0;
  for (int i = 0; i < 300; ++i) good += client.request("GET", "/metrics").receive().body == "now" ? 1 : 0;
  CHECK(good == 300);
  const std::lock_guard lock(mutex);
  for (std::thread& answerer : answerers) answerer.join();
}

TEST_CASE("a client that goes away while its answer is being made") {
  Waiting waiting;
  const auto server = serve({waiting.route("/metrics")});
  const std::string at = server->addresses()[0];
  for (int i = 0; i < 10; ++i) {
    { Client(at).request("GET", "/metrics"); }
    for (const Respond& respond : waiting.take(1)) respond(page("for nobody"));
  }
  Client client(at);
  client.request("GET", "/metrics");
  for (const Respond& respond : waiting.take(1)) respond(page("for somebody"));
  CHECK(client.receive().body == "for somebody");
}

TEST_CASE("a client that hangs up in the middle of a page") {
  const Response big = page(std::string(20'000'000, 'x'));
  const auto server =
      serve({{"/metrics", [&big](const HttpRequest&, const Respond& respond) { respond(big); }}});
  const std::string at = server->addresses()[0];
  for (int i = 0; i < 20; ++i) {
    Client client(at, 4096);
    client.request("GET", "/metrics");
    if (i % 2 == 0) CHECK(client.receive(true).status == 200);  // the head and a little of the body
  }
  CHECK(get(at, "/metrics").body.size() == 20'000'000);
}

TEST_CASE("signals are not for the server's thread") {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGUSR1);
  sigset_t before;
  const auto server =
      serve({{"/", [](const HttpRequest&, const Respond& respond) { respond(page("home")); }}});
  // Blocked here only now: the server's thread would take it, and the process die of it.
  pthread_sigmask(SIG_BLOCK, &wanted, &before);
  kill(getpid(), SIGUSR1);
  CHECK(get(server->addresses()[0], "/").body == "home");
  const timespec patience{120, 0};
  CHECK(sigtimedwait(&wanted, nullptr, &patience) == SIGUSR1);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("the server ends while requests wait") {
  Waiting waiting;
  auto server = serve({waiting.route("/metrics")});
  const std::string at = server->addresses()[0];
  std::vector<Client> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back(at);
    clients.back().request("GET", "/metrics");
  }
  std::vector<Respond> open = waiting.take(50);
  REQUIRE(open.size() == 50);
  server.reset();
  for (Client& client : clients) {
    CHECK(client.receive().status == 503);
    CHECK(client.closed());
  }
  // Too late, and harmless.
  for (const Respond& respond : open) respond(page("too late"));
  open.clear();
  CHECK_THROWS(Client(at));
}

TEST_CASE("the server ends while answers come in") {
  for (int round = 0; round < 20; ++round) {
    Waiting waiting;
    auto server = serve({waiting.route("/metrics")});
    std::vector<Client> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back(server->addresses()[0]);
      clients.back().request("GET", "/metrics");
    }
    const std::vector<Respond> open = waiting.take(8);
    REQUIRE(open.size() == 8);
    std::thread answerer([&open] {
      for (const Respond& respond : open) respond(page("late"));
    });
    server.reset();
    answerer.join();
    for (Client& client : clients) {
      const int status = client.receive().status;
      CHECK((status == 200 || status == 503));
    }
  }
}

TEST_CASE("the server ends while a slow reader reads") {
  const Response big = page(std::string(20'000'000, 'x'));
  auto server = serve({{"/metrics", [&big](const HttpRequest&, const Respond& respond) { respond(big); }}});
  Client slow(server->addresses()[0], 4096);
  slow.request("GET", "/metrics");
  // Another answer on the same thread: the slow one has been begun.
  CHECK(get(server->addresses()[0], "/").status == 404);
  server.reset();  // and does not wait for the reader
}

TEST_CASE("hundreds of half-open connections and slow readers do not delay a scrape") {
  const std::string text(1'000'000, 'x');
  const auto server = serve(
      {{"/metrics", [shared = page(text)](const HttpRequest&, const Respond& respond) { respond(shared); }}});
  const std::string at = server->addresses()[0];
  std::vector<Client> idle;
  for (int i = 0; i < 200; ++i) {
    idle.emplace_back(at);
    if (i % 2 == 0) idle.back().send_text("GET /metrics HTTP/1.1\r\nHost:");
  }
  std::vector<Client> slow;
  for (int i = 0; i < 64; ++i) {
    slow.emplace_back(at, 4096);
    slow.back().request("GET", "/metrics");
  }
  for (int i = 0; i < 20; ++i) CHECK(get(at, "/metrics").body == text);
  // The slow ones get all of it, once they read.
  CHECK(slow[0].receive().body == text);
  CHECK(idle[0].send_text(" x\r\n\r\n").receive().body == text);
}

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <crypt.h>

#include "expose/header/request_headers.h"
#include "expose/http/http_server.h"
#include "expose/http/web_policy.h"
#include "unit/expose/http_client.h"

using routemeter::expose::HttpOptions;
using routemeter::expose::HttpRequest;
using routemeter::expose::HttpServer;
using routemeter::expose::parse_authorization;
using routemeter::expose::RateLimiter;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::serve_http;
using routemeter::expose::WebConfig;
using routemeter::test::Answer;
using routemeter::test::Client;
using routemeter::test::get;
using routemeter::test::listening;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

std::string bcrypt(const std::string& password, const std::string& cost, const std::string& kind = "$2y$") {
  crypt_data scratch{};
  return crypt_r(password.c_str(), (kind + cost + "$abcdefghijklmnopqrstuu").c_str(), &scratch);
}

std::string base64(const std::string& text) {
  const char* const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k <= text.size() ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

std::string login(const std::string& user, const std::string& password) {
  return "Authorization: Basic " + base64(user + ":" + password) + "\r\n";
}

std::unique_ptr<HttpServer> serve(const WebConfig& config) {
  HttpOptions options;
  options.web.load = [config]() -> routemeter::util::Result<WebConfig> { return config; };
  Response home;
  home.body = std::make_shared<const std::string>("home");
  const auto handle = [home](const HttpRequest&, const Respond& respond) { respond(home); };
  auto made = serve_http(listening({"127.0.0.1:0"}), {{"/", handle}, {"/reload", handle, {"POST"}}}, options);
  if (!made) FAIL(made.errors()[0].message);
  return std::move(*made);
}

// Processor time of this process, server and client, so far.
double cpu_milliseconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) * 1e3 + static_cast<double>(used.tv_nsec) / 1e6;
}

}  // namespace

TEST_CASE("the Authorization header") {
  const auto shown = [](const std::string& header) -> std::string {
    const auto credentials = parse_authorization(header);
    return credentials ? credentials->user + "|" + credentials->password : "none";
  };
  // The example of RFC 7617.
  CHECK(shown("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") == "Aladdin|open sesame");
  CHECK(shown("basic QWxhZGRpbjpvcGVuIHNlc2FtZQ") == "Aladdin|open sesame");
  CHECK(shown("BASIC   " + base64("u:")) == "u|");
  CHECK(shown("Basic " + base64(":p")) == "|p");
  CHECK(shown("Basic " + base64("u:p:q")) == "u|p:q");
  CHECK(shown("Basic " + base64("\xC3\xBC:\xFF")) == "\xC3\xBC|\xFF");
  for (const std::string& header :
       {std::string(), std::string("Basic"), std::string("Basic "), std::string("Bearer ") + base64("u:p"),
        "Basic" + base64("u:p"), "Basic " + base64("nocolon"), "Basic " + base64(std::string("u:p\0x", 5)),
        std::string("Basic !!!!"), std::string("Basic QUJDR"), "Basic " + base64("u:p") + " x"}) {
    INFO(header);
    CHECK(shown(header) == "none");
  }
}

TEST_CASE("only who knows a password gets in") {
  WebConfig config;
  config.users = {{"alice", bcrypt("secret", "04")}, {"bob", bcrypt("s3cr\xC3\xA9t:x", "04", "$2b$")}};
  const auto server = serve(config);
  const std::string at = server->addresses()[0];
  for (int i = 0; i < 2; ++i) {  // the second time from memory
    CHECK(get(at, "/", login("alice", "secret")).body == "home");
    CHECK(get(at, "/", login("bob", "s3cr\xC3\xA9t:x")).body == "home");
    for (const std::string& header :
         {std::string(), login("alice", "Secret"), login("alice", ""), login("alice", "secret "),
          login("Alice", "secret"), login("bob", "secret"), login("carol", "secret"), login("", ""),
          std::string("Authorization: Bearer x\r\n")}) {
      INFO(header);
      // The same answer whatever the path: it tells nothing.
      for (const char* path : {"/", "/nowhere"}) {
        const Answer answer = get(at, path, header);
        CHECK(answer.status == 401);
        CHECK(answer.header("WWW-Authenticate") == "Basic realm=\"routemeter\", charset=\"UTF-8\"");
        CHECK(answer.body == "unauthorized\n");
      }
    }
  }
  CHECK(get(at, "/nowhere", login("alice", "secret")).status == 404);
  Client client(at);
  client.request("POST", "/reload", login("bob", "s3cr\xC3\xA9t:x") + "Content-Length: 3\r\n")
      .send_text("abc");
  CHECK(client.receive().body == "home");
  CHECK(Client(at).request("POST", "/reload", "Content-Length: 3\r\n").send_text("abc").receive().status ==
        401);
  CHECK(Client(at).request("DELETE", "/", login("alice", "secret")).receive().status == 405);
}

TEST_CASE("a body and a password that is not known yet") {
  WebConfig config;
  config.users = {{"alice", bcrypt("secret", "04")}};
  for (const bool right : {true, false}) {
    const auto server = serve(config);
    Client client(server->addresses()[0]);
    client.request("POST", "/reload", login("alice", right ? "secret" : "wrong") + "Content-Length: 3\r\n");
    client.send_text("abc");
    CHECK(client.receive().status == (right ? 200 : 401));
  }
  const auto server = serve(config);
  const std::string header = login("alice", "secret");
  CHECK(Client(server->addresses()[0]).request("DELETE", "/", header).receive().status == 405);
  // Whichever comes first, the verdict or the length: it is not let in, and its body not read.
  const std::string too_long = login("x", "y") + "Content-Length: 9999\r\n";
  const int status = Client(server->addresses()[0]).request("POST", "/", too_long).receive().status;
  CHECK((status == 413 || status == 401));
}

TEST_CASE("guessing costs the guesser time, and not the scrapes") {
  WebConfig config;
  // Cheap hashes: the thread that makes them has what a busy machine leaves over.
  config.users = {{"prometheus", bcrypt("secret", "06")}};
  const auto server = serve(config);
  const std::string at = server->addresses()[0];
  const std::string known = login("prometheus", "secret");
  CHECK(get(at, "/", known).status == 200);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<int> busy = 0;
  std::vector<std::thread> guessers;
  for (int t = 0; t < 40; ++t) {
    guessers.emplace_back([&, t] {
      for (int i = 0; !stop; ++i) {
        const int status =
            get(at, "/", login(i % 2 == 0 ? "prometheus" : "x", std::to_string(t * 1000 + i))).status;
        (status == 401 ? wrong : busy)++;
        if (status == 503) std::this_thread::sleep_for(5ms);
      }
    });
  }
  // Until there are more guesses than are let in.
  const auto end = Clock::now() + 120s;
  while ((wrong == 0 || busy == 0) && Clock::now() < end) std::this_thread::sleep_for(5ms);
  int fewest = 1'000'000;
  for (int i = 0; i < 20; ++i) {
    const int before = wrong;
    CHECK(get(at, "/", known).status == 200);
    fewest = std::min(fewest, wrong - before);
    std::this_thread::sleep_for(20ms);
  }
  stop = true;
  for (std::thread& guesser : guessers) guesser.join();
  INFO(wrong << " wrong, " << busy << " turned away");
  CHECK(fewest < 8);  // a scrape that stood behind the 16 guesses that may wait would see them all answered
  CHECK(busy > 0);
  CHECK(wrong > 0);
  CHECK(get(at, "/", known).status == 200);
}

TEST_CASE("an unknown user takes as long as a known one") {
  WebConfig config;
  config.users = {{"alice", bcrypt("secret", "07")}};
  const auto server = serve(config);
  const std::string at = server->addresses()[0];
  const auto time_of = [&](const std::string& user, int guess) {
    const double start = cpu_milliseconds();
    CHECK(get(at, "/", login(user, "guess " + std::to_string(guess))).status == 401);
    return cpu_milliseconds() - start;
  };
  // Processor time, and the shortest of many, in turns: what else the machine does only adds.
  double known = 1e9;
  double unknown = 1e9;
  double again = 1e9;
  for (int i = 0; i < 8; ++i) {
    known = std::min(known, time_of("alice", i));
    unknown = std::min(unknown, time_of("mallory", i));
    again = std::min(again, time_of("alice", 0));
  }
  INFO(known << " ms, " << unknown << " ms and " << again << " ms again");
  CHECK(unknown > known / 3);
  CHECK(known > unknown / 3);
  CHECK(again < known / 3);  // the same guess again takes no hash
}

TEST_CASE("the server ends while passwords are checked") {
  WebConfig config;
  config.users = {{"alice", bcrypt("secret", "10")}};
  for (int round = 0; round < 5; ++round) {
    auto server = serve(config);
    std::vector<Client> clients;
    for (int i = 0; i < 10; ++i) {
      clients.emplace_back(server->addresses()[0]);
      clients.back().request("GET", "/", login("alice", std::to_string(i)));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(round * 30));
    server.reset();
    for (Client& client : clients) {
      const int status = client.receive().status;
      CHECK((status == 401 || status == 503 || status == 0));
    }
  }
}

TEST_CASE("configured headers are on every answer") {
  WebConfig config;
  config.users = {{"alice", bcrypt("secret", "04")}};
  config.headers = {{"X-Frame-Options", "deny"}, {"Content-Security-Policy", "default-src 'self'"}};
  const auto server = serve(config);
  const std::string at = server->addresses()[0];
  const std::string header = login("alice", "secret");
  for (const Answer& answer : {get(at, "/", header), get(at, "/nowhere", header), get(at, "/")}) {
    CHECK(answer.header("X-Frame-Options") == "deny");
    CHECK(answer.header("Content-Security-Policy") == "default-src 'self'");
  }
}

TEST_CASE("a rate limit") {
  const RateLimiter::Clock::time_point start{};
  RateLimiter none;
  for (int i = 0; i < 1000; ++i) CHECK(none.pass(start));
  RateLimiter limiter({100ms, 3}, start);
  for (int i = 0; i < 3; ++i) CHECK(limiter.pass(start));
  CHECK_FALSE(limiter.pass(start));
  CHECK_FALSE(limiter.pass(start + 99ms));
  CHECK(limiter.pass(start + 100ms));
  CHECK_FALSE(limiter.pass(start + 150ms));
  CHECK(limiter.pass(start + 200ms));
  for (int i = 0; i < 3; ++i) CHECK(limiter.pass(start + 10s));
  CHECK_FALSE(limiter.pass(start + 10s));

  WebConfig config;
  config.rate_limit = {1h, 2};
  const auto server = serve(config);
  CHECK(get(server->addresses()[0], "/").status == 200);
  CHECK(get(server->addresses()[0], "/").status == 200);
  CHECK(get(server->addresses()[0], "/").status == 429);
}

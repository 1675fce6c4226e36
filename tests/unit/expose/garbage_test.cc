// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>
#include <poll.h>

#include "expose/http/http_server.h"
#include "unit/expose/http_client.h"

using routemeter::expose::HttpRequest;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::serve_http;
using routemeter::test::Client;
using routemeter::test::get;
using routemeter::test::listening;

namespace {

// What valid and invalid requests are made of.
const std::vector<std::string> kPieces = {"GET",
                                          "POST",
                                          "HEAD",
                                          " ",
                                          "/metrics",
                                          "/reload",
                                          "/%00",
                                          "/%zz",
                                          "/../..//etc/passwd",
                                          "http://[::1]:9/metrics",
                                          "HTTP/1.1",
                                          "HTTP/1.0",
                                          "HTTP/2.0",
                                          "\r\n",
                                          "\n",
                                          "\r",
                                          "\r\n\r\n",
                                          "Host: x",
                                          "Content-Length: 5",
                                          "Content-Length: 18446744073709551616",
                                          "Content-Length: +1",
                                          "Transfer-Encoding: chunked",
                                          "Transfer-Encoding: gzip, chunked",
                                          "Expect: 100-continue",
                                          "Connection: close",
                                          "Connection: upgrade",
                                          "Upgrade: websocket",
                                          "Accept-Encoding: gzip",
                                          "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
                                          "Cookie: a=b; c",
                                          "X: \x80\xFF",
                                          "a: b\r\n c",
                                          "abcde",
                                          "5\r\nabcde\r\n0\r\n\r\n",
                                          "ffffffffffffffff\r\n",
                                          "-1\r\n",
                                          "?a=b&c",
                                          "#",
                                          ":",
                                          ";",
                                          std::string(1, '\0'),
                                          std::string("\x16\x03\x01\x00\xA5\x01", 6),
                                          std::string(3000, 'A')};

const std::string kGood = "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\n\r\n";

class Garbage {
 public:
  // A request of random pieces, or a good one with a few bytes changed.
  std::string next() {
    std::string out;
    if (pick(3) == 0) {
      out = kGood;
      for (std::size_t n = pick(4) + 1; n > 0; --n) out[pick(out.size())] = static_cast<char>(pick(256));
    } else {
      if (pick(2) == 0)
        out = pick(2) == 0 ? "GET /metrics HTTP/1.1\r\n" : "POST /reload HTTP/1.1\r\nHost: x\r\n";
      for (std::size_t n = pick(12); n > 0; --n) {
        out += kPieces[pick(kPieces.size())];
        if (pick(2) == 0) out += "\r\n";
      }
      if (pick(2) == 0) out += "\r\n\r\n";
    }
    return out;
  }
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }

 private:
  std::mt19937 random_{20240101};
};

// Takes what is there without waiting for more.
void drain(Client& client) {
  pollfd ready{client.fd(), POLLIN, 0};
  if (poll(&ready, 1, 0) > 0) client.receive_some(65536);
}

}  // namespace

TEST_CASE("thousands of random requests, cut anywhere, while others are served") {
  Response home;
  home.body = std::make_shared<const std::string>("home");
  const auto handle = [home](const HttpRequest&, const Respond& respond) { respond(home); };
  const auto server =
      serve_http(listening({"127.0.0.1:0"}), {{"/metrics", handle}, {"/reload", handle, {"POST", "PUT"}}});
  REQUIRE(server);
  const std::string at = (*server)->addresses()[0];
  Garbage garbage;
  std::vector<Client> open;
  for (int i = 0; i < 4000; ++i) {
    const std::string bytes = garbage.next();
    Client client(at);
    const std::size_t cut = garbage.pick(bytes.size() + 1);
    client.try_send(bytes.substr(0, cut));
    if (garbage.pick(4) == 0) drain(client);
    client.try_send(bytes.substr(cut));
    if (garbage.pick(8) == 0) open.push_back(std::move(client));  // and stays, half-way
    if (open.size() > 100) open.clear();
    if (i % 40 == 0) CHECK(get(at, "/metrics").body == "home");
  }
  open.clear();
  CHECK(get(at, "/metrics").body == "home");
  CHECK((*server)->stats().requests.at(200) >= 101);
}

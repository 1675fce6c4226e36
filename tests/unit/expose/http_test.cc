// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "expose/http/http_server.h"
#include "unit/expose/http_client.h"

using routemeter::expose::HttpRequest;
using routemeter::expose::HttpServer;
using routemeter::expose::Respond;
using routemeter::expose::Response;
using routemeter::expose::Route;
using routemeter::expose::serve_http;
using routemeter::test::Answer;
using routemeter::test::Client;
using routemeter::test::get;
using routemeter::test::gunzip;
using routemeter::test::listening;

namespace {

constexpr const char* kType = "text/plain; version=0.0.4; charset=utf-8";

Response page(std::string text) {
  Response out;
  out.content_type = kType;
  out.body = std::make_shared<const std::string>(std::move(text));
  return out;
}

Route fixed(const std::string& path, const Response& response) {
  return {path, [response](const HttpRequest&, const Respond& respond) { respond(response); }};
}

std::unique_ptr<HttpServer> serve(std::vector<Route> routes,
                                  const std::vector<std::string>& on = {"127.0.0.1:0"}) {
  auto server = serve_http(listening(on), std::move(routes));
  if (!server) FAIL(server.errors()[0].message);
  return std::move(*server);
}

std::string long_text() {
  std::string out;
  while (out.size() < 1'000'000) out += "name{label=\"" + std::to_string(out.size()) + "\"} 1\n";
  return out;
}

}  // namespace

TEST_CASE("GET and HEAD of exact paths") {
  const auto server = serve({fixed("/metrics", page("a 1\n")), fixed("/", page("home\n"))});
  const std::string at = server->addresses()[0];
  const Answer answer = get(at, "/metrics");
  CHECK(answer.status == 200);
  CHECK(answer.body == "a 1\n");
  CHECK(answer.header("Content-Type") == kType);
  CHECK(answer.header("Content-Length") == "4");
  CHECK(answer.header("Vary") == "Accept, Accept-Encoding");
  CHECK(answer.header("Content-Encoding").empty());
  CHECK(get(at, "/").body == "home\n");

  for (const char* path :
       {"/metrics?x=1", "/metrics?", "http://host:1/metrics", "HTTP://h/metrics?a", "/%6detrics"}) {
    INFO(path);
    CHECK(get(at, path).body == "a 1\n");
  }
  for (const char* path : {"/metrics/", "/metricsx", "/metric", "//metrics", "/metrics%00", "/metrics/x",
                           "/METRICS", "/../etc/passwd", "metrics", "*", "/metrics%", "http:/metrics"}) {
    INFO(path);
    const Answer missing = get(at, path);
    CHECK(missing.status == 404);
    CHECK(missing.body == "not found\n");
  }
}

TEST_CASE("HEAD has the headers of GET and no body") {
  const std::string text = long_text();
  const auto server = serve({fixed("/metrics", page(text))});
  Client client(server->addresses()[0]);
  for (const std::string encoding : {"identity", "gzip"}) {
    const std::string header = "Accept-Encoding: " + encoding + "\r\n";
    Answer wanted = client.request("GET", "/metrics", header).receive();
    Answer head = client.request("HEAD", "/metrics", header).receive(true);
    CHECK(head.status == 200);
    wanted.headers.erase("Date");
    head.headers.erase("Date");
    CHECK(head.headers == wanted.headers);
    CHECK(head.body.empty());
    // Had a body followed, it would be taken for the head of this answer.
    CHECK(client.request("HEAD", "/nowhere").receive(true).status == 404);
    CHECK(client.closed());
    client = Client(server->addresses()[0]);
  }
}

TEST_CASE("other methods are refused, and their bodies not read") {
  const auto server = serve({fixed("/metrics", page("a 1\n"))});
  const std::string at = server->addresses()[0];
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "FOO"}) {
    for (const char* body :
         {"", "Content-Length: 3\r\n", "Content-Length: 1000000\r\n", "Transfer-Encoding: chunked\r\n",
          "Content-Length: 5\r\nExpect: 100-continue\r\n"}) {
      INFO(method << ' ' << body);
      Client client(at);
      const Answer answer = client.request(method, "/metrics", body).receive();
      CHECK(answer.status == 405);
      CHECK(answer.header("Allow") == "GET, HEAD");
    }
    CHECK(Client(at).request(method, "/nowhere").receive().status == 404);
  }
  CHECK(get(at, "/metrics", "Content-Length: 3\r\n").status == 413);
  CHECK(get(at, "/metrics", "Transfer-Encoding: chunked\r\n").status == 413);
  CHECK(get(at, "/metrics", "Content-Length: 0\r\n").status == 200);
}

TEST_CASE("a route that takes POST and PUT, with a body that nobody reads") {
  std::atomic<int> calls{0};
  const auto server = serve({{"/-/reload",
                              [&calls](const HttpRequest& request, const Respond& respond) {
                                ++calls;
                                respond(page(std::string(request.method) + " " + std::string(request.path)));
                              },
                              {"POST", "PUT"}}});
  const std::string at = server->addresses()[0];
  Client client(at);
  const std::string full(4096, 'x');
  for (const std::string method : {"POST", "PUT"}) {
    const std::string wanted = method + " /-/reload";
    CHECK(client.request(method, "/-/reload").receive().body == wanted);
    CHECK(client.request(method, "/-/reload", "Content-Length: 0\r\n").receive().body == wanted);
    client.request(method, "/-/reload?x", "Content-Length: 4096\r\n").send_text(full);
    CHECK(client.receive().body == wanted);
    client.request(method, "/-/reload", "Transfer-Encoding: chunked\r\n")
        .send_text("5\r\nabcde\r\n0\r\n\r\n");
    CHECK(client.receive().body == wanted);
  }
  CHECK(calls == 8);
  CHECK(Client(at).request("POST", "/-/reload", "Content-Length: 4097\r\n").receive().status == 413);
  Client chunked(at);
  chunked.request("POST", "/-/reload", "Transfer-Encoding: chunked\r\n");
  chunked.send_text("1001\r\n" + full + "x\r\n0\r\n\r\n");
  CHECK(chunked.receive().status == 0);
  for (const char* method : {"GET", "HEAD", "DELETE", "post"}) {
    const Answer answer = Client(at).request(method, "/-/reload").receive(true);
    CHECK(answer.status == 405);
    CHECK(answer.header("Allow") == "POST, PUT");
  }
  CHECK(calls == 8);
}

TEST_CASE("handlers see what the client accepts") {
  const auto server = serve({{"/accept", [](const HttpRequest& request, const Respond& respond) {
                                respond(page("[" + std::string(request.accept) + "]"));
                              }}});
  const std::string at = server->addresses()[0];
  CHECK(get(at, "/accept").body == "[]");
  CHECK(get(at, "/accept", "ACCEPT: text/plain;q=0.5\r\n").body == "[text/plain;q=0.5]");
  CHECK(get(at, "/accept", "Accept: a/b\r\nX: y\r\nAccept: c/d\r\n").body == "[a/b,c/d]");
}

TEST_CASE("garbage harms nobody") {
  const auto server = serve({fixed("/metrics", page("a 1\n"))});
  const std::string at = server->addresses()[0];
  const std::vector<std::string> garbage = {
      "\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00", 7),
      std::string(100, '\0'),
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "GET /metrics HTTP/9.9\r\n\r\n",
      "GET /metrics\r\n\r\n",
      "GET " + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n",
      "GET /metrics HTTP/1.1\r\n" + std::string(200'000, 'h'),
      "GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "GET /metrics HTTP/1.1\r\nno colon\r\n\r\n",
      "GET /metrics HTTP/1.1\nHost: x\n\n",
  };
  for (const std::string& bytes : garbage) {
    Client(at).send_text(bytes);
    CHECK(get(at, "/metrics").body == "a 1\n");
  }
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "H" + std::to_string(i) + ": v\r\n";
  CHECK(get(at, "/metrics", many).status != 200);
  CHECK(get(at, "/metrics").body == "a 1\n");
}

TEST_CASE("keep-alive, pipelining and HTTP/1.0") {
  const auto server = serve({fixed("/a", page("A")), fixed("/b", page("B"))});
  const std::string at = server->addresses()[0];
  Client client(at);
  for (int i = 0; i < 20; ++i) CHECK(client.request("GET", "/a").receive().body == "A");
  client.send_text("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.receive().body == "A");
  CHECK(client.receive().body == "B");
  CHECK(client.request("GET", "/b", "Connection: close\r\n").receive().body == "B");
  CHECK(client.closed());
  Client old(at);
  CHECK(old.send_text("GET /a HTTP/1.0\r\n\r\n").receive().body == "A");
  CHECK(old.closed());
}

TEST_CASE("gzip as the client asks for it") {
  const std::string text = long_text();
  const auto server = serve({fixed("/metrics", page(text)), fixed("/empty", page(""))});
  const std::string at = server->addresses()[0];
  const Answer packed = get(at, "/metrics", "Accept-Encoding: gzip\r\n");
  CHECK(packed.header("Content-Encoding") == "gzip");
  CHECK(packed.header("Vary") == "Accept, Accept-Encoding");
  CHECK(packed.header("Content-Type") == kType);
  CHECK(packed.header("Content-Length") == std::to_string(packed.body.size()));
  CHECK(packed.body.size() < text.size() / 4);
  CHECK(gunzip(packed.body) == text);

  const Answer plain = get(at, "/metrics", "Accept-Encoding: gzip;q=0\r\n");
  CHECK(plain.header("Content-Encoding").empty());
  CHECK(plain.header("Vary") == "Accept, Accept-Encoding");
  CHECK(plain.body == text);

  CHECK(get(at, "/metrics", "accept-encoding: deflate\r\nAccept-Encoding: gzip;q=0.5\r\n")
            .header("Content-Encoding") == "gzip");
  CHECK(get(at, "/metrics", "Accept-Encoding: identity;q=0\r\n").status == 406);
  CHECK(get(at, "/empty", "Accept-Encoding: gzip\r\n").body.empty());
}

TEST_CASE("a handler's status and type are passed on") {
  Response down = page("not ready\n");
  down.status = 503;
  down.content_type = "text/html; charset=utf-8";
  Response bare;
  const auto server = serve({fixed("/down", down), fixed("/bare", bare)});
  const Answer answer = get(server->addresses()[0], "/down");
  CHECK(answer.status == 503);
  CHECK(answer.header("Content-Type") == "text/html; charset=utf-8");
  CHECK(answer.body == "not ready\n");
  const Answer empty = get(server->addresses()[0], "/bare");
  CHECK(empty.status == 200);
  CHECK(empty.header("Content-Length") == "0");
}

TEST_CASE("a handler that throws or forgets to answer") {
  const auto server =
      serve({{"/throws", [](const HttpRequest&, const Respond&) { throw std::runtime_error("no"); }},
             {"/throws-int", [](const HttpRequest&, const Respond&) { throw 1; }},
             {"/forgets", [](const HttpRequest&, const Respond&) {}},
             {"/twice", [](const HttpRequest&, const Respond& respond) {
                respond(page("first"));
                respond(page("second"));
              }}});
  const std::string at = server->addresses()[0];
  CHECK(get(at, "/throws").status == 500);
  CHECK(get(at, "/throws-int").status == 500);
  CHECK(get(at, "/forgets").status == 500);
  CHECK(get(at, "/twice").body == "first");
}

TEST_CASE("many scrapes at once get whole pages") {
  const std::string text = long_text();
  const auto server = serve({fixed("/metrics", page(text))});
  const std::string at = server->addresses()[0];
  std::atomic<int> good{0};
  std::vector<std::thread> scrapers;
  for (int t = 0; t < 8; ++t) {
    scrapers.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        const Answer answer = get(at, "/metrics", t % 2 == 0 ? "Accept-Encoding: gzip\r\n" : "");
        if ((t % 2 == 0 ? gunzip(answer.body) : answer.body) == text) ++good;
      }
    });
  }
  for (std::thread& scraper : scrapers) scraper.join();
  CHECK(good == 80);
}

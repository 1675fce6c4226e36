// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/parser/own_parsers.h"

namespace routemeter::format {
namespace {

using model::Reason;

std::unique_ptr<Parser> uvicorn_parser() {
  const auto format = make_uvicorn(model::FormatSpec{}, {});
  REQUIRE(format);
  return (*format)->make_parser();
}

struct Access {
  std::string line;
  std::string method;
  std::string target;
  int status;
};

TEST_CASE("uvicorn: every shape of an access line") {
  const std::vector<Access> cases = {
      {R"(INFO:     127.0.0.1:56582 - "GET /x HTTP/1.1" 200 OK)", "GET", "/x", 200},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 500 Internal Server Error)", "GET", "/", 500},
      // No phrase: the blank before it stays.
      {R"(INFO:     127.0.0.1:36080 - "GET /odd HTTP/1.1" 299 )", "GET", "/odd", 299},
      {R"(INFO:     127.0.0.1:36080 - "GET /odd HTTP/1.1" 299)", "GET", "/odd", 299},
      {R"(INFO:     127.0.0.1:9 - "GET /http/418 HTTP/1.1" 418 I'm a Teapot)", "GET", "/http/418", 418},
      {R"(INFO:     127.0.0.1:9 - "GET /dav HTTP/1.1" 207 Multi-Status)", "GET", "/dav", 207},
      // Workers under gunicorn.
      {R"(127.0.0.1:40102 - "GET / HTTP/1.1" 200)", "GET", "/", 200},
      {R"( - "GET /uds HTTP/1.1" 200)", "GET", "/uds", 200},
      // Clients.
      {R"(INFO:     ::1:56020 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      {R"(INFO:     [::1]:56020 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      {R"(INFO:     fe80::1%eth0:56020 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      {R"([::1]:56020 - "GET / HTTP/1.1" 200)", "GET", "/", 200},
      {R"(INFO:     203.0.113.9:0 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      {R"(INFO:     unknown:0 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      {R"(INFO:      - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      // Requests.
      {R"(INFO:     127.0.0.1:1 - "GET /?q="x" HTTP/1.1" 200 OK)", "GET", R"(/?q="x")", 200},
      {R"(INFO:     127.0.0.1:1 - "GET /?q="%20404 HTTP/1.1" 200 OK)", "GET", R"(/?q="%20404)", 200},
      {R"(INFO:     127.0.0.1:1 - "get /lower HTTP/1.1" 405 Method Not Allowed)", "get", "/lower", 405},
      {R"(INFO:     127.0.0.1:1 - "BREW /pot HTTP/1.1" 405 Method Not Allowed)", "BREW", "/pot", 405},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.0" 200 OK)", "GET", "/", 200},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/2" 200 OK)", "GET", "/", 200},
      {R"(INFO:     127.0.0.1:1 - "OPTIONS %2A HTTP/1.1" 404 Not Found)", "OPTIONS", "%2A", 404},
      {R"(INFO:     127.0.0.1:1 - "GET http%3A//a.example/x HTTP/1.1" 404 Not Found)", "GET",
       "http%3A//a.example/x", 404},
      {R"(INFO:     127.0.0.1:1 - "WebSocket /x HTTP/1.1" 404 Not Found)", "WebSocket", "/x", 404},
      // Colours.
      {"\x1b[32mINFO\x1b[0m:     1.2.3.4:5 - \"\x1b[1mGET / HTTP/1.1\x1b[0m\" \x1b[32m200 OK\x1b[0m", "GET",
       "/", 200},
      {"\x1b[32mINFO\x1b[0m:     1.2.3.4:5 - \"\x1b[1mGET /odd HTTP/1.1\x1b[0m\" \x1b[32m299 \x1b[0m", "GET",
       "/odd", 299},
      {"\x1b[32mINFO\x1b[0m:     1.2.3.4:5 - \"\x1b[1mGET /b HTTP/1.1\x1b[0m\" \x1b[91m500 Internal Server "
       "Error\x1b[0m",
       "GET", "/b", 500},
      // What people put in front.
      {R"(2024-01-01 12:00:00,123 INFO:     1.2.3.4:5 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      {R"(2024-01-01 12:00:00 - INFO - 1.2.3.4:5 - "GET / HTTP/1.1" 200)", "GET", "/", 200},
      {R"(2024-01-01 12:00:00,123 - uvicorn.access - INFO - 1.2.3.4:5 - "GET / HTTP/1.1" 200)", "GET", "/",
       200},
      {R"(2024-01-01T12:00:00.123Z [INFO] uvicorn.access: 1.2.3.4:5 - "GET / HTTP/1.1" 200)", "GET", "/",
       200},
      {R"([2024-01-01 12:00:00] INFO     1.2.3.4:5 - "GET / HTTP/1.1" 200)", "GET", "/", 200},
      {R"(2024-01-01 12:00:00 | INFO | 1.2.3.4:5 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
      {R"([2024-01-01 12:00:00 +0000] [7] [INFO] 1.2.3.4:5 - "GET / HTTP/1.1" 200)", "GET", "/", 200},
      {R"(2024-01-01 12:00:00 - INFO -  - "GET /uds HTTP/1.1" 200)", "GET", "/uds", 200},
      {R"(INFO:uvicorn.access:1.2.3.4:5 - "GET / HTTP/1.1" 200)", "GET", "/", 200},
      {R"(INFO: 1.2.3.4:5 - "GET / HTTP/1.1" 200 OK)", "GET", "/", 200},
  };
  const auto parser = uvicorn_parser();
  for (const Access& c : cases) {
    CAPTURE(c.line);
    model::Request request;
    request.known.add(model::Field::kDuration);
    CHECK(name_of(parser->parse(c.line, request)) == "none");
    CHECK(request.method == c.method);
    CHECK(request.target == c.target);
    CHECK(request.status == c.status);
    CHECK(request.known == model::FieldSet{});
  }
}

struct Other {
  std::string line;
  Reason reason;
};

TEST_CASE("uvicorn: what is no request, and why") {
  const std::vector<Other> cases = {
      {"", Reason::kEmpty},
      // Websockets.
      {R"(INFO:     ('127.0.0.1', 36110) - "WebSocket /ws" [accepted])", Reason::kWebsocket},
      {R"(INFO:     ('127.0.0.1', 36118) - "WebSocket /wsno" 403)", Reason::kWebsocket},
      {R"(INFO:     127.0.0.1:36118 - "WebSocket /ws?a=1" [accepted])", Reason::kWebsocket},
      {R"(INFO:     None - "WebSocket /ws" [accepted])", Reason::kWebsocket},
      {R"([2024-01-01 12:00:00 +0000] [7] [INFO] ('127.0.0.1', 36110) - "WebSocket /ws" [accepted])",
       Reason::kWebsocket},
      {"\x1b[32mINFO\x1b[0m:     ('127.0.0.1', 1) - \"WebSocket /ws\" [accepted]", Reason::kWebsocket},
      // The server about itself, the app's prints, tracebacks.
      {"INFO:     Started server process [1]", Reason::kNotAccess},
      {"INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)", Reason::kNotAccess},
      {"WARNING:  Invalid HTTP request received.", Reason::kNotAccess},
      {"ERROR:    Exception in ASGI application", Reason::kNotAccess},
      {"[2026-11-23 12:23:51 +0000] [21954] [INFO] Starting gunicorn 20.1.0", Reason::kNotAccess},
      {"Traceback (most recent call last):", Reason::kNotAccess},
      {R"(  File "/usr/lib/python3/dist-packages/h11/_readers.py", line 7, in f)", Reason::kNotAccess},
      {R"({"event": "healthcheck", "level": "info"})", Reason::kNotAccess},
      {"INFO:     ", Reason::kNotAccess},
      {"INFO", Reason::kNotAccess},
      {"\x1b[", Reason::kNotAccess},
      // Torn or foreign ends.
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1)", Reason::kNoMatch},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1")", Reason::kNoMatch},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 20)", Reason::kNoMatch},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 2000)", Reason::kNoMatch},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 200 OK (12 ms))", Reason::kNoMatch},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 200 OKINFO:     127.0.0.1:2 - "GET / HTTP/1.1)",
       Reason::kNoMatch},
      // The shape is right, the content is not.
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 600 )", Reason::kBadStatus},
      {R"(INFO:     127.0.0.1:1 - "GET / HTTP/1.1" 000)", Reason::kBadStatus},
      {R"(INFO:     127.0.0.1:1 - "" 400 Bad Request)", Reason::kBadRequest},
      {R"(INFO:     127.0.0.1:1 - "GET" 400 Bad Request)", Reason::kBadRequest},
      {R"(INFO:     127.0.0.1:1 - "GET / FOO/1.1" 400 Bad Request)", Reason::kBadRequest},
      {R"(INFO:     127.0.0.1:1 - "G(T / HTTP/1.1" 400 Bad Request)", Reason::kBadRequest},
  };
  const auto parser = uvicorn_parser();
  for (const Other& c : cases) {
    CAPTURE(c.line);
    model::Request request;
    CHECK(name_of(parser->parse(c.line, request)) == name_of(c.reason));
  }
}

TEST_CASE("uvicorn: nothing forged is counted") {
  const std::vector<std::string> cases = {
      // h11's traceback repeats what the client sent.
      R"(    bytearray(b'INFO:     1.2.3.4:5 - "GET /admin HTTP/1.1" 200 OK'))",
      R"(h11._util.RemoteProtocolError: illegal request line: bytearray(b'INFO:     1.2.3.4:5 - "GET / HTTP/1.1" 200 OK'))",
      R"(bytearray(b'1.2.3.4:5 - "GET / HTTP/1.1" 200 OK)",
      // The app writes what a client sent.
      R"(INFO:     user said 1.2.3.4:5 - "GET / HTTP/1.1" 200 OK)",
      R"(hello 1.2.3.4:5 - "GET / HTTP/1.1" 200)",
      R"(2024-01-01 12:00:00 - INFO - got: 1.2.3.4:5 - "GET / HTTP/1.1" 200)",
      R"(2024-01-01 12:00:00 - myapp - INFO - 1.2.3.4:5 - "GET / HTTP/1.1" 200)",
      // X-Forwarded-For of a trusted proxy names any client.
      R"(INFO:     x" 200:0 - "GET / HTTP/1.1" 200 OK)",
      R"(INFO:     x:0 - "GET /forged HTTP/1.1" 200 OK:0 - "GET / HTTP/1.1" 404 Not Found)",
      R"(INFO:     x:0 - "GET /forged:0 - "GET / HTTP/1.1" 404 Not Found)",
      // Not a client at all.
      R"(INFO:     127.0.0.1 - "GET / HTTP/1.1" 200 OK)",
      R"(INFO:     127.0.0.1: - "GET / HTTP/1.1" 200 OK)",
      R"(INFO:     :1 - "GET / HTTP/1.1" 200 OK)",
      R"(INFO:     127.0.0.1:123456 - "GET / HTTP/1.1" 200 OK)",
      R"(127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 2326)",
  };
  const auto parser = uvicorn_parser();
  for (const std::string& line : cases) {
    CAPTURE(line);
    model::Request request;
    CHECK(parser->parse(line, request) != Reason::kNone);
  }
}

TEST_CASE("uvicorn: every prefix of a line, and every byte changed, is safe to parse") {
  const std::string line =
      "\x1b[32mINFO\x1b[0m:     [::1]:5 - \"\x1b[1mGET /a?b=\"c\" HTTP/1.1\x1b[0m\" \x1b[32m200 OK\x1b[0m";
  const auto parser = uvicorn_parser();
  model::Request request;
  for (std::size_t i = 0; i < line.size(); ++i) {
    // A copy of the exact length, so that a sanitizer sees reads behind the end.
    const std::vector<char> part(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(i));
    parser->parse(std::string_view(part.data(), part.size()), request);
    for (const char c : {'\0', '"', ' ', '\x1b', '\xff'}) {
      std::string changed = line;
      changed[i] = c;
      parser->parse(changed, request);
    }
  }
  CHECK(parser->parse(line, request) == Reason::kNone);
}

TEST_CASE("uvicorn: says what it knows and refuses the rest") {
  const auto format = make_uvicorn(model::FormatSpec{}, {});
  REQUIRE(format);
  CHECK((*format)->name() == "uvicorn");
  CHECK((*format)->available().has(model::Field::kStatus));
  CHECK_FALSE((*format)->available().has(model::Field::kDuration));
  CHECK_FALSE((*format)->available().has(model::Field::kTime));

  model::FormatSpec spec;
  spec.origin = "r.yaml";
  spec.fields[model::Field::kDuration] = {"request_time", {}, {4, 13}};
  const auto refused = make_uvicorn(spec, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.errors().at(0).message == "format uvicorn has no field 'request_time'");
  CHECK(refused.errors().at(0).at.line == 4);
}

TEST_CASE("uvicorn: messages of the server are known as such") {
  CHECK(is_uvicorn_message("INFO:     Started server process [1]"));
  CHECK(is_uvicorn_message("[2026-11-23 12:23:51 +0000] [21954] [INFO] Starting gunicorn 20.1.0"));
  CHECK_FALSE(is_uvicorn_message("INFO:     hello"));
  CHECK_FALSE(is_uvicorn_message("Traceback (most recent call last):"));
  CHECK_FALSE(is_uvicorn_message(R"(127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 2326)"));
}

}  // namespace
}  // namespace routemeter::format

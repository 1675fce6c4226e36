// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "support/parse_line.h"

namespace routemeter::format {
namespace {

using model::Field;
using test::format_spec;
using test::parse_line;
using test::reason_of;

constexpr const char* kTimed =
    "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent $upstream_response_time "
    "$request_time";

std::string timed_line(const std::string& request, const std::string& rest) {
  return "192.0.2.7 - - [10/Oct/2025:13:55:36 +0000] \"" + request + "\" " + rest;
}

TEST_CASE("a line of one's own log_format") {
  const auto out = parse_line(kTimed, timed_line("GET /items/42?q=1 HTTP/1.1", "200 512 0.030 0.031"));
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.method == "GET");
  CHECK(out.target == "/items/42?q=1");
  CHECK(out.numbers.status == 200);
  CHECK(out.numbers.response_size == 512);
  CHECK(out.numbers.duration_ns == 31'000'000);
  CHECK(out.time == "10/Oct/2025:13:55:36 +0000");
  CHECK_FALSE(out.knows(Field::kTimeToFirstByte));
}

TEST_CASE("a W3C header line is a comment, whatever its shape") {
  const std::string w3c = "$date $time $request_method $uri $status";
  CHECK(reason_of(w3c, "#Version: 1.0") == "comment");
  CHECK(reason_of(w3c, "#Fields: date time cs-method sc-status") == "comment");
  CHECK(reason_of(w3c, "2025-10-10 13:55:36 GET / 200") == "none");
}

TEST_CASE("an upstream list without quotes does not shift the fields behind it") {
  auto [list, duration] = GENERATE(table<std::string, std::string>({
      {"0.1, 0.2 : 0.3", "0.600"},
      {"0.200, 0.100", "0.300"},
      {"0.200 : 0.100", "0.300"},
      {"-", "0.000"},
      {"-, -", "0.001"},
      {"-, 0.001 : -", "0.001"},
  }));
  CAPTURE(list);
  const auto out = parse_line(kTimed, timed_line("GET / HTTP/1.1", "502 0 " + list + " " + duration));
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.numbers.duration_ns == static_cast<std::uint64_t>(std::stod(duration) * 1000 + 0.5) * 1'000'000);
}

TEST_CASE("lists of upstreams are summed where they are the duration") {
  const std::string text = "\"$request\" $status $upstream_header_time $upstream_response_time";
  const auto out = parse_line(text, "\"GET / HTTP/1.1\" 200 0.010, 0.020 0.1, 0.2 : 0.3");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.numbers.duration_ns == 600'000'000);
  CHECK(out.numbers.time_to_first_byte_ns == 30'000'000);
  const auto none = parse_line(text, "\"GET / HTTP/1.1\" 499 - -");
  REQUIRE(none.reason == model::Reason::kNone);
  CHECK_FALSE(none.knows(Field::kDuration));
  CHECK_FALSE(none.knows(Field::kTimeToFirstByte));
}

TEST_CASE("a list that its separator follows ends where the rest of the line fits") {
  const std::string text = "\"$request\" $status, $upstream_response_time, $request_time";
  const auto one = parse_line(text, "\"GET / HTTP/1.1\" 200, 0.1, 0.4");
  REQUIRE(one.reason == model::Reason::kNone);
  CHECK(one.numbers.duration_ns == 400'000'000);
  const auto two = parse_line(text, "\"GET / HTTP/1.1\" 200, 0.1, 0.2, 0.4");
  REQUIRE(two.reason == model::Reason::kNone);
  CHECK(two.numbers.duration_ns == 400'000'000);
}

TEST_CASE("odd lines and their reasons") {
  auto [line, reason] = GENERATE(table<std::string, std::string>({
      {timed_line("GET / HTTP/1.1", "200 512 0.030 0.031"), "none"},
      {timed_line("GET / HTTP/1.1", "200 - - -"), "none"},
      {timed_line("GET / HTTP/1.1", "200 0  "), "none"},  // empty is unknown, as under escape=none
      {timed_line("", "400 0 - 0.000"), "bad_request"},
      {timed_line("-", "400 0 - 0.000"), "bad_request"},
      {timed_line(R"(\x16\x03\x01\x00\x90)", "400 0 - 0.000"), "bad_request"},
      {timed_line("GET / HTTP/1.1", "000 0 - 0.000"), "bad_status"},
      {timed_line("GET / HTTP/1.1", "99 0 - 0.000"), "bad_status"},
      {timed_line("GET / HTTP/1.1", "600 0 - 0.000"), "bad_status"},
      {timed_line("GET / HTTP/1.1", "OK 0 - 0.000"), "bad_status"},
      {timed_line("GET / HTTP/1.1", "- 0 - 0.000"), "bad_status"},
      {timed_line("GET / HTTP/1.1", "200 -1 - 0.000"), "bad_number"},
      {timed_line("GET / HTTP/1.1", "200 9223372036854775808 - 0.000"), "bad_number"},
      {timed_line("GET / HTTP/1.1", "200 0 - -0.1"), "bad_number"},
      {timed_line("GET / HTTP/1.1", "200 0 - NaN"), "bad_number"},
      {timed_line("GET / HTTP/1.1", "200 0 - 1e309"), "bad_number"},
      {timed_line("GET / HTTP/1.1", "200 0 - 99999999.999"), "none"},
      // The first thing that is wrong, in the order shape, request, status, numbers.
      {timed_line("-", "000 x - x"), "bad_request"},
      {timed_line("GET / HTTP/1.1", "000 x - x"), "bad_status"},
      {timed_line("GET / HTTP/1.1", "200 0 - 0.1 extra"), "no_match"},
      {timed_line("GET / HTTP/1.1", "200 0 -"), "no_match"},
      {timed_line("GET /\"quoted\" HTTP/1.1", "200 0 - 0.1"), "no_match"},
      {"x" + timed_line("GET / HTTP/1.1", "200 0 - 0.1"), "none"},
      {"#Fields: date time", "comment"},
      {"# " + timed_line("GET / HTTP/1.1", "200 0 - 0.1"), "comment"},
      {"", "empty"},
      {" ", "no_match"},
      {std::string(3, '\0'), "no_match"},
      {"hello", "no_match"},
  }));
  CAPTURE(line);
  CHECK(reason_of(kTimed, line) == reason);
}

TEST_CASE("nothing that a client writes shifts the fields") {
  const std::string forged = R"(x\x22 500 1 9 9)";
  const auto user = parse_line(
      kTimed, "192.0.2.7 - a [b] c [d [10/Oct/2025:13:55:36 +0000] \"GET /real HTTP/1.1\" 200 5 - 0.1");
  REQUIRE(user.reason == model::Reason::kNone);
  CHECK(user.time == "10/Oct/2025:13:55:36 +0000");
  CHECK(user.target == "/real");
  const auto request = parse_line(kTimed, timed_line("GET /" + forged + " HTTP/1.1", "200 5 - 0.1"));
  REQUIRE(request.reason == model::Reason::kNone);
  CHECK(request.target == "/x\" 500 1 9 9");
  CHECK(request.numbers.status == 200);
}

TEST_CASE("unquoted fields that can hold their delimiter: the shortest that fits the whole line") {
  const std::string text = "$request_body $http_user_agent \"$request\" $status $request_time";
  const auto out = parse_line(text, "a=1&b=x y Mozilla/5.0 (X11; Linux) \"GET / HTTP/1.1\" 200 0.5");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.numbers.duration_ns == 500'000'000);
  // Both may be empty.
  CHECK(reason_of(text, "  \"GET / HTTP/1.1\" 200 0.5") == "none");
  CHECK(reason_of(text, " \"GET / HTTP/1.1\" 200 0.5") == "no_match");
}

TEST_CASE("the three ways of escaping") {
  const std::string text = "\"$request\" $status \"$http_user_agent\" $request_time";
  CHECK(parse_line(text, R"("GET /\xD0\xB1\x22 HTTP/1.1" 200 "a\x22b" 0.1)").target == "/\xD0\xB1\"");
  CHECK(parse_line(text, R"("GET /\"q\" HTTP/1.1" 200 "a\"b" 0.1)").target == "/\"q\"");
  CHECK(parse_line("escape=json " + text, R"("GET /\u0041\"\/ HTTP/1.1" 200 "a\"b" 0.1)").target == "/A\"/");
  const auto none = parse_line("escape=none " + text, R"("GET /a"b\x41 HTTP/1.1" 200 "a" 7 "b" 0.1)");
  REQUIRE(none.reason == model::Reason::kNone);
  CHECK(none.target == R"(/a"b\x41)");
  CHECK(none.numbers.status == 200);
  CHECK(none.numbers.duration_ns == 100'000'000);

  auto overridden = format_spec("escape=none " + text);
  overridden.escape = model::Escape::kJson;
  CHECK(parse_line(overridden, R"("GET /\u0041 HTTP/1.1" 200 "" 0.1)").target == "/A");
}

TEST_CASE("the directive as it stands in nginx.conf") {
  const std::string directive =
      "log_format  main  escape=json '$remote_addr - $remote_user [$time_local] '\n"
      "                  '\"$request\" $status '  # the request line\n"
      "                  \"\\\"$http_referer\\\" ${request_time}s\";\n";
  const auto out = parse_line(
      directive, R"(192.0.2.7 -  [10/Oct/2025:13:55:36 +0000] "GET /\u0041 HTTP/1.1" 200 "a\"b" 0.25s)");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.target == "/A");
  CHECK(out.numbers.duration_ns == 250'000'000);
}

TEST_CASE("method and target apart") {
  const std::string text = "$scheme://$host$request_uri $request_method $server_protocol $status";
  const auto out = parse_line(text, "https://example.org:8443/a/b?c=/d GET HTTP/2.0 204");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.method == "GET");
  CHECK(out.target == "/a/b?c=/d");
  CHECK(out.host == "example.org:8443");
  CHECK(reason_of(text, "https://example.org/ - HTTP/2.0 204") == "bad_request");
  CHECK(reason_of(text, "https://example.org/ GET RTSP/1.0 204") == "bad_request");
  CHECK(reason_of(text, "https://example.org/ GET  204") == "none");

  const auto args = parse_line("$request_method $uri$is_args$args $status", "GET /a?b=c d 200");
  REQUIRE(args.reason == model::Reason::kNone);
  CHECK(args.target == "/a?b=c d");
}

TEST_CASE("fields say what feeds what, and in which unit") {
  auto spec = format_spec("\"$request\" $status $upstream_http_x_time $request_length $uri $host");
  spec.fields[Field::kDuration] = {"upstream_http_x_time", model::Unit::kMilliseconds, {}};
  spec.fields[Field::kRequestSize] = {"$request_length", std::nullopt, {}};
  spec.fields[Field::kTarget] = {"uri", std::nullopt, {}};
  const auto out = parse_line(spec, "\"GET /raw%20 HTTP/1.1\" 200 12.5 99 /decoded example.org");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.numbers.duration_ns == 12'500'000);
  CHECK(out.numbers.request_size == 99);
  CHECK(out.method == "GET");
  CHECK(out.target == "/decoded");
  CHECK(out.host == "example.org");
  CHECK(reason_of(spec.text, "\"-\" 200 12.5 99 /decoded example.org") == "bad_request");
}

TEST_CASE("which variables feed the sizes and times") {
  auto [text, line, size] = GENERATE(table<std::string, std::string, std::uint64_t>({
      {"$bytes_sent", "1", 1},
      {"$bytes_sent $body_bytes_sent", "1 2", 2},
      {"$bytes_sent $sent_http_content_length $body_bytes_sent", "1 3 2", 3},
      {"$bytes_sent $body_bytes_sent $upstream_http_content_length $sent_http_content_length", "1 2 4 3", 4},
  }));
  CAPTURE(text);
  CHECK(parse_line("\"$request\" $status " + text, "\"GET / HTTP/1.1\" 200 " + line).numbers.response_size ==
        size);
  const auto made = test::must_compile(format_spec("\"$request\" $status $msec " + text));
  CHECK(made->time_kind() == TimeKind::kUnix);
  CHECK(made->name() == "nginx log_format");
  CHECK(made->available().has(Field::kResponseSize));
  CHECK_FALSE(made->available().has(Field::kDuration));
  CHECK_FALSE(made->available().has(Field::kHost));
}

TEST_CASE("absent values of every kind of variable") {
  const std::string text =
      "$remote_addr|$status|$upstream_addr|$upstream_status|$upstream_cache_status|$http_x|$content_length|"
      "$ssl_protocol|$time_iso8601|$server_port|$request_id|$request";
  CHECK(reason_of(text, "unix:|200|-|-|-|-|-|-|2025-10-10T13:55:36+00:00|443|-|GET / HTTP/1.1") == "none");
  CHECK(reason_of(text, "|200||||||||||GET /a|b HTTP/1.1") == "none");
  CHECK(reason_of(
            text,
            "::1|200|[::1]:80, unix:/tmp/s : 192.0.2.1:80|502, 504 : 200|MISS|a|12|7|TLSv1.3|x|443|i|GET / "
            "HTTP/1.1") == "none");
}

}  // namespace
}  // namespace routemeter::format

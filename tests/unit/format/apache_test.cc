// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "support/parse_line.h"

namespace routemeter::format {
namespace {

using model::Field;
using test::format_spec;
using test::parse_line;
using test::reason_of;

constexpr const char* kStart = "192.0.2.7 - ada [10/Oct/2025:13:55:36 +0000] ";

TEST_CASE("Apache's strings as people paste them") {
  for (const char* text : {
           R"(%h %l %u %t "%r" %>s %b %D)",
           R"(%h %l %u %t \"%r\" %>s %b %D)",
           R"("%h %l %u %t \"%r\" %>s %b %D")",
           R"(LogFormat "%h %l %u %t \"%r\" %>s %b %D" timed)",
           R"(  logformat "%h %l %u %t \"%r\" %>s %b %D" timed)",
           R"(LogFormat '%h %l %u %t "%r" %>s %b %D' timed)",
           R"(%a %{x}n %u [%{%d/%b/%Y:%H:%M:%S %z}t] "%r" %!400,501s %<B %^FB)",
       }) {
    CAPTURE(text);
    const auto out = parse_line(text, std::string(kStart) + R"("GET /a\"b HTTP/1.1" 200 512 4200)");
    REQUIRE(out.reason == model::Reason::kNone);
    CHECK(out.target == "/a\"b");
    CHECK(out.time == "10/Oct/2025:13:55:36 +0000");
    CHECK(out.numbers.response_size == 512);
    CHECK(out.numbers.duration_ns + out.numbers.time_to_first_byte_ns == 4'200'000);
  }
}

TEST_CASE("the units of Apache's durations") {
  auto [directive, value, expected] = GENERATE(table<std::string, std::string, std::uint64_t>({
      {"%D", "1500", 1'500'000},
      {"%T", "2", 2'000'000'000},
      {"%{s}T", "2", 2'000'000'000},
      {"%{ms}T", "1500", 1'500'000'000},
      {"%{us}T", "1500", 1'500'000},
      {"%T %D", "0 1500", 1'500'000},
      {"%{ms}T %T", "3 0", 3'000'000},
  }));
  CAPTURE(directive);
  const auto out = parse_line("\"%r\" %>s " + directive, "\"GET / HTTP/1.1\" 200 " + value);
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.numbers.duration_ns == expected);
}

TEST_CASE("Apache's sizes, hosts and parts of the request") {
  const std::string text =
      "%v:%p %h %l %u %t %m %U%q %H %>s %I %O %b \"%{Content-Length}i\" \"%{Content-Length}o\" %{Host}i %X "
      "%k %L";
  const auto out = parse_line(text,
                              "shop.example:443 ::1 - - [10/Oct/2025:13:55:36 +0000] POST /a/b?c=d HTTP/1.1 "
                              "201 900 800 - \"17\" \"18\" "
                              "example.org:80 + 0 -");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.method == "POST");
  CHECK(out.target == "/a/b?c=d");
  CHECK(out.host == "example.org:80");
  CHECK(out.numbers.request_size == 17);
  CHECK(out.numbers.response_size == 18);
  const auto plain = parse_line("%v:%p \"%r\" %s %O %b", "[2001:db8::1]:443 \"GET / HTTP/1.1\" 200 700 -");
  REQUIRE(plain.reason == model::Reason::kNone);
  CHECK(plain.host == "[2001:db8::1]");
  CHECK_FALSE(plain.knows(Field::kResponseSize));
}

TEST_CASE("a percent sign, times and names of fields") {
  CHECK(reason_of("%r|%{ratio}n%%|%s", "GET / HTTP/1.1|-%|200") == "none");
  auto [text, kind] = GENERATE(table<std::string, TimeKind>({
      {"%t", TimeKind::kClf},
      {"%{begin:msec}t", TimeKind::kUnixMilli},
      {"%{end:usec}t", TimeKind::kUnixMicro},
      {"%{sec}t", TimeKind::kUnix},
      {"[%{%d/%b/%Y:%T %z}t]", TimeKind::kClf},
      {"%{%Y-%m-%dT%H:%M:%S%z}t", TimeKind::kIso8601},
  }));
  CAPTURE(text);
  CHECK(test::must_compile(format_spec(text + " %r %s"))->time_kind() == kind);

  for (const char* name : {"{X-Time}o", "%{x-time}o", "%{X-TIME}o"}) {
    auto spec = format_spec("\"%r\" %>s %{X-Time}o %D");
    spec.fields[Field::kDuration] = {name, model::Unit::kMilliseconds, {}};
    const auto out = parse_line(spec, "\"GET / HTTP/1.1\" 200 7 900");
    CAPTURE(name);
    CHECK(out.numbers.duration_ns == 7'000'000);
  }
}

TEST_CASE("odd lines of Apache and their reasons") {
  auto [line, reason] = GENERATE(table<std::string, std::string>({
      {std::string(kStart) + R"("GET / HTTP/1.1" 200 - 5)", "none"},
      {std::string(kStart) + R"("-" 408 - 5)", "bad_request"},
      {std::string(kStart) + R"("\x16\x03\x01" 400 226 5)", "bad_request"},
      {std::string(kStart) + R"("GET /\\" HTTP/1.1" 200 1 5)", "no_match"},
      {std::string(kStart) + R"("GET /\" 200 1 5)", "no_match"},
      {std::string(kStart) + R"("GET / HTTP/1.1" 200 x 5)", "bad_number"},
      {std::string(kStart) + R"("GET / HTTP/1.1" 200 1 -5)", "bad_number"},
      {std::string(kStart) + R"("GET / HTTP/1.1" - 1 5)", "bad_status"},
      {R"(192.0.2.7 - a "b [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 200 1 5)", "no_match"},
      {R"(192.0.2.7 - a \"b [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 200 1 5)", "none"},
  }));
  CAPTURE(line);
  CHECK(reason_of(R"(%h %l %u %t "%r" %>s %b %D)", line) == reason);
}

TEST_CASE("gunicorn's access_log_format") {
  const std::string text =
      R"(%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %(D)s %({Content-Length}i)s 100%%)";
  const auto out =
      parse_line(text, std::string(kStart) + R"("GET /a\"b HTTP/1.1" 200 - "-" "curl \"x\"" 4200 12 100%)");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.target == "/a\"b");
  CHECK(out.numbers.duration_ns == 4'200'000);
  CHECK(out.numbers.request_size == 12);
  CHECK_FALSE(out.knows(Field::kResponseSize));

  auto [directive, value, expected] = GENERATE(table<std::string, std::string, std::uint64_t>({
      {"%(D)s", "1500", 1'500'000},
      {"%(T)s", "2", 2'000'000'000},
      {"%(M)s", "15", 15'000'000},
      {"%(L)s", "0.004200", 4'200'000},
      {"%(T)s %(L)s", "0 0.004200", 4'200'000},
  }));
  CAPTURE(directive);
  CHECK(parse_line("%(m)s %(U)s?%(q)s %(H)s %(s)s " + directive, "GET /a?b=c HTTP/1.1 200 " + value)
            .numbers.duration_ns == expected);
}

}  // namespace
}  // namespace routemeter::format

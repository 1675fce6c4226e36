// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <catch2/catch.hpp>

#include "format/choose/formats.h"
#include "support/parse_line.h"

namespace routemeter::format {
namespace {

using model::Field;
using test::format_spec;
using test::parse_line;
using test::reason_of;

const std::string kCommon = "192.0.2.7 - ada [10/Oct/2025:13:55:36 +0000] \"GET /items/42 HTTP/1.1\" 200 512";
const std::string kAgent = " \"https://example.org/\" \"curl/8.0\"";

TEST_CASE("every preset takes its own lines and no other's") {
  auto [name, line] = GENERATE(table<std::string, std::string>({
      {"common", kCommon},
      {"combined", kCommon + kAgent},
      {"nginx-main", kCommon + kAgent + " \"198.51.100.1, 198.51.100.2\""},
      {"nginx-timed", kCommon + kAgent + " rt=0.031 uht=0.030 urt=0.010, 0.020 cl=17 ucl=512"},
      {"traefik", kCommon + kAgent + " 7 \"api@docker\" \"http://192.0.2.8:80\" 12ms"},
      {"host_main", "shop.example " + kCommon + kAgent + " \"-\""},
      {"host_common", "shop.example " + kCommon},
      {"host_combined", "shop.example " + kCommon + kAgent},
      {"vhost_combined", "shop.example:443 " + kCommon + kAgent},
  }));
  const auto out = parse_line(name, line);
  CAPTURE(name, line);
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.method == "GET");
  CHECK(out.target == "/items/42");
  CHECK(out.numbers.status == 200);
  CHECK(out.numbers.response_size == 512);
  CHECK(reason_of(name, line + " ") == "no_match");
  CHECK(reason_of(name, line + " 0.1") == "no_match");
  CHECK(reason_of(name, line.substr(0, line.size() - 4)) != "none");

  // The first row that fits is the one that the line was made for: `auto` takes it.
  for (const BuiltinFormat& row : builtin_formats()) {
    if (!row.in_auto || reason_of(std::string(row.name), line) != "none") continue;
    CHECK(row.name == name);
    break;
  }
}

TEST_CASE("what presets know beyond the request") {
  const auto timed = parse_line("nginx-timed", kCommon + kAgent + " rt=0.031 uht=0.030 urt=0.031 cl=- ucl=9");
  CHECK(timed.numbers.duration_ns == 31'000'000);
  CHECK(timed.numbers.time_to_first_byte_ns == 30'000'000);
  CHECK(timed.numbers.response_size == 9);
  CHECK_FALSE(timed.knows(Field::kRequestSize));

  const std::string traefik = " 7 \"api@docker\" \"http://192.0.2.8:80\" 3635457ms";
  CHECK(parse_line("traefik", kCommon + kAgent + traefik).numbers.duration_ns == 3'635'457'000'000);
  auto named = format_spec("traefik");
  named.fields[Field::kDuration] = {"duration", std::nullopt, {}};
  CHECK(parse_line(named, kCommon + kAgent + traefik).numbers.duration_ns == 3'635'457'000'000);
  // Traefik does not escape quotes in the request.
  const auto quoted =
      parse_line("traefik",
                 "192.0.2.7 - - [10/Oct/2025:13:55:36 +0000] \"GET /?q=\"a\" HTTP/1.1\" 404 19 "
                 "\"-\" \"-\" 7 \"-\" \"-\" 0ms");
  CHECK(quoted.target == "/?q=\"a\"");
  CHECK(quoted.numbers.status == 404);

  CHECK(parse_line("vhost_combined", "shop.example:443 " + kCommon + kAgent).host == "shop.example");
  CHECK(parse_line("host_combined", "shop.example " + kCommon + kAgent).host == "shop.example");
}

TEST_CASE("a forged user name cannot choose Traefik's status") {
  const std::string line =
      "192.0.2.7 - x [t] \"GET /forged HTTP/1.1\" 200 5 \"-\" \"-\" 1 \"r\" \"u\" 1ms [10/Oct/2025:13:55:36 "
      "+0000] "
      "\"GET /real HTTP/1.1\" 401 17 \"-\" \"-\" 5 \"-\" \"-\" 0ms";
  const auto out = parse_line("traefik", line);
  CHECK(out.numbers.status == 401);
  CHECK(out.numbers.duration_ns == 0);
}

TEST_CASE("combined and common as several servers write them") {
  auto [format, line, reason] = GENERATE(table<std::string, std::string, std::string>({
      {"common", "host.example - - [01/Jul/1995:00:00:01 -0400] \"GET /x.gif\" 200 -", "none"},
      {"common", "::1 - - [01/Jul/1995:00:00:01 -0400] \"GET / HTTP/1.0\" 304 -", "none"},
      {"combined",
       "192.0.2.7 - us er [10/Oct/2025:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"a \\\"b\\\"\"",
       "none"},
      {"combined", "unix: - - [10/Oct/2025:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"\"", "none"},
      {"gunicorn", "- - - [10/Oct/2025:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"", "none"},
      {"combined", "192.0.2.7 - - [10/Oct/2025:13:55:36 +0000] \"\" 400 0 \"-\" \"-\"", "bad_request"},
      {"combined", "192.0.2.7 - - [10/Oct/2025:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"cut off",
       "no_match"},
      {"combined", "[10/Oct/2025:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\"", "no_match"},
      {"combined", "Traceback (most recent call last):", "no_match"},
  }));
  CAPTURE(line);
  CHECK(reason_of(format, line) == reason);
}

TEST_CASE("words before a line do not hide in the user's name") {
  const std::string line = "192.0.2.7 - - [10/Oct/2025:13:55:36 +0000] \"GET /forged HTTP/1.1\" 200 1";
  const std::string agent = " \"-\" \"-\"";
  const std::string apache = "%h %l %u %t \"%r\" %>s %b";
  const std::string gunicorn = "%(h)s %(l)s %(u)s %(t)s \"%(r)s\" %(s)s %(b)s";
  for (const char* prefix : {"ValueError: ", "Error ", "see also ", "shop.example "}) {
    CAPTURE(prefix);
    CHECK(reason_of("combined", prefix + line + agent) == "no_match");
    CHECK(reason_of("common", prefix + line) == "no_match");
    CHECK(reason_of(apache, prefix + line) == "no_match");
    CHECK(reason_of(gunicorn, prefix + line) == "no_match");
  }
  const std::string ident = "host.example ident user [10/Oct/2025:13:55:36 +0000] \"GET / HTTP/1.1\" 200 1";
  CHECK(reason_of("common", ident) == "none");
  CHECK(reason_of(apache, ident) == "none");
}

TEST_CASE("lines in one more pair of quotes") {
  const std::string text =
      "\"$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" "
      "\"$http_user_agent\"\"";
  const auto out =
      parse_line(text,
                 "\"192.0.2.7 - - [10/Oct/2025:13:55:36 +0000] \"GET /a\\\"b HTTP/1.1\" 200 5 \"-\" "
                 "\"x \\\"y\\\"\"\"");
  REQUIRE(out.reason == model::Reason::kNone);
  CHECK(out.target == "/a\"b");
}

TEST_CASE("names of presets") {
  const auto names = preset_names();
  CHECK(names.front() == "auto");
  for (const char* name :
       {"combined", "common", "gunicorn", "uvicorn", "json", "regex", "traefik", "nginx-timed"}) {
    CAPTURE(name);
    CHECK(std::find(names.begin(), names.end(), name) != names.end());
  }
  CHECK(test::must_compile(format_spec("combined"))->name() == "combined");
}

TEST_CASE("what is dropped around a line") {
  CHECK(clean_line("a\r") == "a");
  CHECK(clean_line("a\r\r") == "a\r");
  CHECK(clean_line("\r") == "");
  CHECK(clean_line("") == "");
  CHECK(clean_line("a\rb") == "a\rb");
  CHECK(clean_line(std::string_view("\0\0\0a\0b", 6)) == std::string_view("a\0b", 3));
  CHECK(clean_line(std::string_view("\0\0\0\r", 4)) == "");
}

}  // namespace
}  // namespace routemeter::format

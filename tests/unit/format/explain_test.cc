// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/choose/formats.h"
#include "route/router.h"

using namespace routemeter;

namespace {

format::FormatPtr make(const std::string& text, model::Envelope envelope = model::Envelope::kNone) {
  model::FormatSpec spec;
  spec.text = text;
  spec.envelope = envelope;
  auto made = format::compile(spec, route::compile_capture_regex);
  REQUIRE(made);
  return *made;
}

/// The line with a mark where it stops to fit, then what was expected.
std::string explained(const format::Format& format, const std::string& line) {
  const auto found = format.explain(line);
  if (!found) return "nothing";
  return found->text.substr(0, found->at) + "<!>" + found->text.substr(found->at) + " | " + found->expected;
}

}  // namespace

TEST_CASE("a text format says where a line stops to fit") {
  struct Case {
    std::string format;
    std::string line;
    std::string want;
  };
  const std::string date = "[10/Oct/2000:13:55:36 -0700]";
  const auto c = GENERATE_COPY(values<Case>({
      {"common", "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" 200 5", "nothing"},
      // A literal of several bytes: the first byte that differs.
      {"common", "10.0.0.1 - - 10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5",
       "10.0.0.1 - - <!>10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5 | \" [\" behind $remote_user"},
      {"common", "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" 200",
       "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" 200<!> | \" \" behind $status"},
      {"common", "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" 200 5 0.001",
       "10.0.0.1 - - " + date +
           " \"GET / HTTP/1.1\" 200 5<!> 0.001 | the end of the line behind $body_bytes_sent"},
      {"common", "10.0.0.1", "10.0.0.1<!> | \" \" behind $remote_addr"},
      {"\"$status\" $request", "200 GET / HTTP/1.1", "<!>200 GET / HTTP/1.1 | '\"' at the beginning"},
      // Values.
      {"common", "10.0.0.1 - - " + date + " \"\" 400 5",
       "10.0.0.1 - - " + date + " \"<!>\" 400 5 | a request such as \"GET / HTTP/1.1\" in $request"},
      {"common", "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" 0 5",
       "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" <!>0 5 | a status from 100 to 599 in $status"},
      {"common", "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" 200 5k",
       "10.0.0.1 - - " + date + " \"GET / HTTP/1.1\" 200 <!>5k | a number or \"-\" in $body_bytes_sent"},
      {"%h \"%r\" %>s %D", "10.0.0.1 \"GET / HTTP/1.1\" 200 x",
       "10.0.0.1 \"GET / HTTP/1.1\" 200 <!>x | a number or \"-\" in %D"},
      // The beginning, and two fields in one.
      {"<$status> $request", "(200> GET / HTTP/1.1", "<!>(200> GET / HTTP/1.1 | \"<\" at the beginning"},
      {"$status $request_method $request_uri$is_args$args;", "200 GET /a?b",
       "200 GET /a?b<!> | \";\" behind $request_uri$is_args$args"},
      // Upstream lists, where a blank does not end the field.
      {"$status $upstream_response_time;$request", "200 0.1, 0.2 GET / HTTP/1.1",
       "200 0.1, 0.2<!> GET / HTTP/1.1 | \";\" behind $upstream_response_time"},
  }));
  CHECK(explained(*make(c.format), c.line) == c.want);
}

TEST_CASE("JSON says where it breaks, and which keys are missing") {
  const auto json = make("json");
  CHECK(explained(*json, R"({"method": "GET", "path": "/", "status": 200})") == "nothing");
  CHECK(explained(*json, R"({"method": "GET", "path": "/" "status": 200})") ==
        R"({"method": "GET", "path": "/" <!>"status": 200} | "," or "}")");
  CHECK(explained(*json, R"({"method": "GET", "path": "/", "status": 01, "x": y})") ==
        R"({"method": "GET", "path": "/", "status": 0<!>1, "x": y} | no digit behind a leading zero)");
  CHECK(explained(*json, R"({"method": "GET", "path": "/)") ==
        R"({"method": "GET", "path": "/<!> | a double quote that ends the string)");
  CHECK(explained(*json, "plain text") == "<!>plain text | a JSON object");
  const std::string missing = explained(*json, R"({"method": "GET", "path": "/", "outcome": {"code": 200}})");
  CHECK(missing.find("| a key for the status: ") != std::string::npos);
  CHECK(missing.find("(the keys are: method, path, outcome.code)") != std::string::npos);
  CHECK(explained(*json, R"({"method": "GET", "path": "/", "status": 0})") ==
        R"({"method": "GET", "path": "/", "status": <!>0} | a status from 100 to 599 in status)");
  CHECK(explained(*json, R"({"method": "GET", "path": "/", "status": 200, "duration": "fast"})") ==
        R"({"method": "GET", "path": "/", "status": 200, "duration": <!>"fast"} | a number in duration)");
}

TEST_CASE("a regex says how many of its parts match") {
  const auto regex = make(R"((?P<method>[A-Z]+) (?P<path>\S+) -> (?P<status>\d{3})(?: .*)?)");
  CHECK(explained(*regex, "GET / -> 200") == "nothing");
  CHECK(explained(*regex, "GET / => 200") ==
        R"(GET / <!>=> 200 | what matches -> (?P<status>\d{3})(?: .*)?)");
  CHECK(explained(*regex, "GET / -> abc") == R"(GET / -> <!>abc | what matches (?P<status>\d{3})(?: .*)?)");
  CHECK(explained(*regex, "GET / -> 200!") == "GET / -> 200<!>! | the end of the line");
  CHECK(explained(*regex, "GET / -> 999") == "GET / -> <!>999 | a status from 100 to 599 in status");
}

TEST_CASE("uvicorn and envelopes") {
  const auto uvicorn = make("uvicorn");
  CHECK(
      explained(*uvicorn, R"(INFO:     127.0.0.1:5000 - "GET / HTTP/1.1" OK)") ==
      R"(INFO:     127.0.0.1:5000 - "GET / HTTP/1.1"<!> OK | a blank and the status, maybe with its phrase)");
  const auto cri = make("common", model::Envelope::kCri);
  CHECK(explained(*cri, "10.0.0.1 - -").substr(0, 15) == "<!>10.0.0.1 - -");
  CHECK(explained(*cri, "2025-12-31T17:37:40.493035218+01:00 stdout F 10.0.0.1") ==
        "10.0.0.1<!> | \" \" behind $remote_addr");
}

TEST_CASE("a format names the fields it uses") {
  const auto uses = [](const std::string& text) {
    std::string out;
    const auto made = make(text);
    for (const format::FieldUse& use : made->uses()) {
      if (use.field == model::Field::kDuration || use.field == model::Field::kResponseSize)
        out += use.name + " ";
    }
    return out;
  };
  CHECK(uses("$request $status $request_time $bytes_sent") == "$request_time $bytes_sent ");
  CHECK(uses("%r %>s %D %b") == "%D %b ");
  CHECK(uses(R"((?P<request>.*) (?P<status>\d+) (?P<duration>\S+))") == "duration ");
  // JSON tells by its lines.
  model::FormatSpec spec;
  spec.text = "json";
  const std::vector<std::string_view> lines = {R"({"method":"GET","path":"/","status":200,"duration_ms":5})"};
  const auto found = format::detect(spec, lines, route::compile_capture_regex);
  REQUIRE(found);
  bool seen = false;
  for (const format::FieldUse& use : found->format->uses()) {
    seen = seen || (use.name == "duration_ms" && use.unit == model::Unit::kMilliseconds);
  }
  CHECK(seen);
}

TEST_CASE("a hostile line is explained in bounded time") {
  const auto format = make("$request $http_a $http_b $http_c $http_d $status;");
  const std::string blanks(200000, ' ');
  CHECK(format->explain(blanks));
  CHECK(make("json")->explain("{" + std::string(200000, '[')));
  CHECK(make(R"((?P<method>[A-Z]+)(?: \S+)*(?P<path>/\S*) (?P<status>\d{3}))")->explain(blanks));
}

// SPDX-License-Identifier: Apache-2.0
#include "format/choose/detect.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/choose/formats.h"
#include "route/router.h"

namespace routemeter::format {
namespace {

using model::Envelope;
using model::Field;

util::Result<Detection> run(const std::vector<std::string>& lines, model::FormatSpec spec = {}) {
  const std::vector<std::string_view> views(lines.begin(), lines.end());
  return detect(spec, views, route::compile_capture_regex);
}

struct Case {
  std::string name;  ///< of the format found
  std::vector<std::string> lines;
  std::size_t fitting;
};

TEST_CASE("detect: a sample of each format") {
  const std::string common = R"(10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 2326)";
  const std::string combined = common + R"( "-" "curl/8")";
  const std::string uvicorn = R"(INFO:     10.0.0.1:5 - "GET /a HTTP/1.1" 200 OK)";
  const std::string object = R"({"method":"GET","path":"/a","status":200})";
  const std::vector<Case> cases = {
      {"common", {common}, 1},
      // gunicorn's default is the same line; the better known name wins.
      {"combined", {combined}, 1},
      {"combined", {combined, common, combined}, 2},
      {"common", {common, combined, common}, 2},
      // A garbage request has the shape all the same.
      {"combined", {R"(10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "\x16\x03" 400 0 "-" "-")"}, 1},
      {"nginx-timed", {combined + " rt=0.010 uht=0.009 urt=0.010 cl=- ucl=5"}, 1},
      {"uvicorn", {uvicorn}, 1},
      {"uvicorn", {R"(10.0.0.1:5 - "GET /a HTTP/1.1" 200)"}, 1},
      {"uvicorn", {"INFO:     Started server process [1]", "Traceback", uvicorn}, 1},
      {"uvicorn", {R"(INFO:     ('10.0.0.1', 5) - "WebSocket /ws" [accepted])"}, 1},
      // A server that has not been asked yet.
      {"uvicorn", {"INFO:     Started server process [1]", "INFO:     Waiting for application startup."}, 0},
      {"uvicorn", {"[2024-01-01 00:00:00 +0000] [7] [INFO] Starting gunicorn 20.1.0"}, 0},
      {"json", {object}, 1},
      {"json", {R"({"level":"info","msg":"start"})", object}, 1},
      // Line ends, NUL runs and empty lines are nobody's fault.
      {"combined", {"", combined + "\r", std::string(5, '\0') + combined}, 2},
      // Envelopes.
      {"combined in syslog", {"<190>Jul  8 11:07:07 host nginx: " + combined}, 1},
      {"common in syslog", {"2025-01-01T00:00:00.123+00:00 host nginx[1]: " + common}, 1},
      {"json in cri", {"2025-12-31T17:37:40.4+01:00 stdout F " + object}, 1},
      {"uvicorn in cri", {"2025-12-31T17:37:40.4+01:00 stdout F " + uvicorn}, 1},
      {"json in docker",
       {R"({"log":"{\"method\":\"GET\",\"path\":\"/a\",\"status\":200}\n","stream":"stdout"})"},
       1},
      {"uvicorn in docker", {"web-1  | " + uvicorn, "db-1   | ready"}, 1},
      {"uvicorn in docker", {R"({"log":"INFO:     Started server process [1]\n","stream":"stderr"})"}, 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name, c.lines[0]);
    const auto found = run(c.lines);
    REQUIRE(found);
    REQUIRE(found->format != nullptr);
    CHECK(found->format->name() == c.name);
    CHECK(found->fitting == c.fitting);
    // What was detected parses the sample.
    const auto parser = found->format->make_parser();
    std::size_t fitting = 0;
    for (const std::string& line : c.lines) {
      model::Request request;
      const model::Reason reason = parser->parse(clean_line(line), request);
      if (reason == model::Reason::kNone || reason == model::Reason::kBadRequest ||
          reason == model::Reason::kWebsocket)
        ++fitting;
    }
    CHECK(fitting == c.fitting);
  }
}

TEST_CASE("detect: only the first hundred lines that hold something count") {
  std::vector<std::string> lines(300, "");
  for (int i = 0; i < 100; ++i)
    lines.push_back(R"(10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 1)");
  for (int i = 0; i < 200; ++i) lines.push_back(R"({"method":"GET","path":"/a","status":200})");
  const auto found = run(lines);
  REQUIRE(found);
  REQUIRE(found->format != nullptr);
  CHECK(found->format->name() == "common");
  CHECK(found->lines == 100);
}

TEST_CASE("detect: nothing fits, and what comes nearest") {
  const std::string common = R"(10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 2326)";
  struct Nearest {
    std::vector<std::string> lines;
    std::string text;
  };
  const std::vector<Nearest> cases = {
      {{common + R"( "-" "curl/8" 0.5)", "x"},
       "combined: none of 2 lines fits; the first goes on at column 83, where combined ends"},
      {{common + " more"}, "common: none of 1 line fits; the first goes on at column 70, where common ends"},
      {{R"({"level":"info","msg":"start"})"},
       "json: none of 1 line has a method, a target and a status under a name that is known; map them with "
       "'fields'"},
      {{"#Fields: date time", "2024-01-01 00:00:00 GET /"},
       "the lines begin with '#' as W3C logs do, a format that is not known"},
      {{"hello"}, ""},
  };
  for (const Nearest& c : cases) {
    CAPTURE(c.lines[0]);
    const auto found = run(c.lines);
    REQUIRE(found);
    CHECK(found->format == nullptr);
    CHECK(found->nearest == c.text);
    CHECK(found->lines == c.lines.size());
    CHECK(found->fitting == 0);
  }
}

TEST_CASE("detect: an empty log is no error") {
  const auto found = run({"", "\r", ""});
  REQUIRE(found);
  CHECK(found->format == nullptr);
  CHECK(found->lines == 0);
}

TEST_CASE("detect: a long hostile line is cheap") {
  std::string line;
  for (int i = 0; i < 100000; ++i) line += "\" ";
  const auto found = run({line});
  REQUIRE(found);
  CHECK(found->format == nullptr);
}

TEST_CASE("detect: with a format given only the envelope is open") {
  model::FormatSpec spec;
  spec.text = "common";
  const std::string common = R"(10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 2326)";
  const std::string wrapped = "Jul  8 11:07:07 host nginx: " + common;
  const auto name = [&spec](const std::vector<std::string>& lines) {
    const auto found = run(lines, spec);
    REQUIRE(found);
    REQUIRE(found->format != nullptr);
    return found->format->name();
  };
  CHECK(name({common}) == "common");
  CHECK(name({wrapped}) == "common in syslog");
  CHECK(name({}) == "common");
  CHECK(name({"Jul  8 11:07:07 host nginx: nothing"}) == "common");
  spec.envelope = Envelope::kSyslog;
  CHECK(name({common}) == "common in syslog");
  CHECK(name({}) == "common in syslog");
  spec.envelope = Envelope::kNone;
  CHECK(name({wrapped}) == "common");
  spec.text = R"((?P<request>.+) (?P<status>\d+))";
  CHECK(name({"GET / HTTP/1.1 200"}) == "regex");
  spec.text = "comon";
  CHECK_FALSE(run({common}, spec));
}

TEST_CASE("detect: the lines of json tell which fields they have") {
  const std::vector<std::string> lines = {
      R"({"level":"info"})", R"({"request":"GET / HTTP/1.1","status":200,"request_time":"0.1"})"};
  for (const std::string text : {"auto", "json"}) {
    model::FormatSpec spec;
    spec.text = text;
    const auto found = run(lines, spec);
    REQUIRE(found);
    REQUIRE(found->format != nullptr);
    CHECK(found->format->open());
    CHECK(found->format->available().has(Field::kResponseSize));  // a later line may have it
    CHECK(found->format->certain() == model::FieldSet{});
    model::Request request;
    const auto parser = found->format->make_parser();
    REQUIRE(parser->parse(lines[1], request) == model::Reason::kNone);
    CHECK(request.present.has(Field::kDuration));
    CHECK_FALSE(request.present.has(Field::kResponseSize));
  }
}

TEST_CASE("detect: a field that the format of the log does not have is an error") {
  model::FormatSpec spec;
  spec.origin = "r.yaml";
  spec.fields[Field::kDuration] = {"request_time", {}, {4, 13}};
  const auto refused = run({R"(INFO:     10.0.0.1:5 - "GET /a HTTP/1.1" 200 OK)"}, spec);
  REQUIRE_FALSE(refused);
  CHECK(refused.errors().at(0).message == "format uvicorn has no field 'request_time'");
  // The formats that have it are tried.
  const auto found = run({R"({"request":"GET / HTTP/1.1","status":200,"request_time":"0.1"})"}, spec);
  REQUIRE(found);
  REQUIRE(found->format != nullptr);
  CHECK(found->format->name() == "json");
}

TEST_CASE("detect: an envelope is tried when half of the lines have it") {
  const std::vector<std::string_view> some = {"Jul  8 11:07:07 host a: x", "y", "z"};
  CHECK(plausible_envelopes(some) == std::vector{Envelope::kNone});
  const std::vector<std::string_view> most = {"Jul  8 11:07:07 host a: x", "Jul  8 11:07:07 host a: y", "z"};
  CHECK(plausible_envelopes(most) == std::vector{Envelope::kNone, Envelope::kSyslog});
}

}  // namespace
}  // namespace routemeter::format

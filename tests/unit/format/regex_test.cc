// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/contract/format.h"
#include "format/parser/own_parsers.h"
#include "route/router.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

util::Result<FormatPtr> regex(std::string text, std::map<Field, model::FieldSource> fields = {}) {
  model::FormatSpec spec;
  spec.text = std::move(text);
  spec.origin = "r.yaml";
  spec.at = {2, 9};
  spec.fields = std::move(fields);
  return make_regex(spec, route::compile_capture_regex);
}

TEST_CASE("regex: named groups are the fields") {
  const auto format = regex(
      R"re(\S+ \[(?P<time>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d+) (?P<duration>\S+) (?P<time_to_first_byte>\S+) (?P<request_size>\S+) (?P<response_size>\S+) (?P<host>\S+))re");
  REQUIRE(format);
  CHECK((*format)->name() == "regex");
  for (const Field field :
       {Field::kRequest, Field::kStatus, Field::kTime, Field::kDuration, Field::kTimeToFirstByte,
        Field::kRequestSize, Field::kResponseSize, Field::kHost}) {
    CHECK((*format)->available().has(field));
  }
  CHECK_FALSE((*format)->available().has(Field::kMethod));
  const auto parser = (*format)->make_parser();
  model::Request r;
  REQUIRE(parser->parse(R"(c [t] "GET /a?b HTTP/1.1" 200 0.5 0.25 3 4 h)", r) == Reason::kNone);
  CHECK(r.method == "GET");
  CHECK(r.target == "/a?b");
  CHECK(r.status == 200);
  CHECK(r.time == "t");
  CHECK(r.host == "h");
  CHECK(r.duration_ns == 500'000'000);
  CHECK(r.time_to_first_byte_ns == 250'000'000);
  CHECK(r.request_size == 3);
  CHECK(r.response_size == 4);

  REQUIRE(parser->parse(R"(c [-] "GET / HTTP/1.1" 200 - - - - -)", r) == Reason::kNone);
  CHECK(r.known == model::FieldSet{});
  CHECK(r.host.empty());
  CHECK(r.time.empty());
}

struct Bad {
  std::string line;
  Reason reason;
};

TEST_CASE("regex: why a line is no request") {
  const auto format = regex(R"((?P<method>\S*) (?<path>\S*)(?: (?P<status>\S+))? (?P<duration>\S*))");
  REQUIRE(format);
  const auto parser = (*format)->make_parser();
  const std::vector<Bad> cases = {
      {"GET /a 200 1", Reason::kNone},
      {"", Reason::kEmpty},
      {"# comment", Reason::kComment},
      {"GET", Reason::kNoMatch},
      // The whole line must match.
      {"GET /a 200 1 more", Reason::kNoMatch},
      {"GET /a 1", Reason::kMissingField},
      {"G(T /a 200 1", Reason::kBadRequest},
      {"- /a 200 1", Reason::kBadRequest},
      {"GET a 200 1", Reason::kBadRequest},
      {"GET /a 099 1", Reason::kBadStatus},
      {"GET /a 200 -1", Reason::kBadNumber},
  };
  for (const Bad& c : cases) {
    CAPTURE(c.line);
    model::Request r;
    CHECK(name_of(parser->parse(c.line, r)) == name_of(c.reason));
  }
}

TEST_CASE("regex: a field map names groups and units") {
  const auto format = regex(R"((?<verb>\w+) (?<uri>\S+) (?<code>\d+) (?<took>\d+))",
                            {{Field::kMethod, {"verb", {}, {}}},
                             {Field::kStatus, {"code", {}, {}}},
                             {Field::kDuration, {"took", model::Unit::kMicroseconds, {}}}});
  REQUIRE(format);
  model::Request r;
  REQUIRE((*format)->make_parser()->parse("PUT /x 204 1500", r) == Reason::kNone);
  CHECK(r.method == "PUT");
  CHECK(r.target == "/x");
  CHECK(r.status == 204);
  CHECK(r.duration_ns == 1'500'000);
}

TEST_CASE("regex: the parts that a group did not take are absent") {
  const auto format =
      regex(R"re((?:"(?P<request>[^"]+)"|(?P<method>\w+) (?P<target>\S+)) (?P<status>\d+))re");
  REQUIRE(format);
  const auto parser = (*format)->make_parser();
  model::Request r;
  REQUIRE(parser->parse(R"("GET /a HTTP/1.1" 200)", r) == Reason::kNone);
  CHECK(r.target == "/a");
  REQUIRE(parser->parse("POST /b 201", r) == Reason::kNone);
  CHECK(r.target == "/b");
}

TEST_CASE("regex: what is wrong is said at its place") {
  SECTION("no status") {
    const auto refused = regex(R"((?P<method>\w+) (?P<target>\S+))");
    REQUIRE_FALSE(refused);
    CHECK(refused.errors().at(0).message == "the regex has no group for 'status'");
    CHECK(refused.errors().at(0).at.line == 2);
    CHECK(refused.errors().at(0).at.column == 9);
  }
  SECTION("no request") {
    const auto refused = regex(R"((?P<method>\w+) (?P<status>\S+))");
    REQUIRE_FALSE(refused);
    CHECK(refused.errors().at(0).message ==
          "the regex has no group for 'request', nor for both of 'method' and 'target'");
  }
  SECTION("a group that is not there") {
    const auto refused = regex(R"((?P<request>.+) (?P<status>\S+))", {{Field::kHost, {"vhost", {}, {7, 5}}}});
    REQUIRE_FALSE(refused);
    CHECK(refused.errors().at(0).message == "the regex has no group 'vhost'");
    CHECK(refused.errors().at(0).hint == "groups: request, status");
    CHECK(refused.errors().at(0).at.line == 7);
  }
  SECTION("a column behind a group that was respelled") {
    const auto plain = regex("(?P<status>a)(?P<request>b)[z-a]");
    const auto respelled = regex("(?<status>a)(?<request>b)[z-a]");
    REQUIRE_FALSE(plain);
    REQUIRE_FALSE(respelled);
    CHECK(plain.errors().at(0).at.column > 9);
    CHECK(respelled.errors().at(0).at.column == plain.errors().at(0).at.column - 2);
  }
  SECTION("no regex at all") {
    const auto refused = regex("regex");
    REQUIRE_FALSE(refused);
    CHECK(refused.errors().at(0).message == "a regex format needs named groups");
  }
}

TEST_CASE("regex: only groups are respelled") {
  const auto format = regex(R"(\(?<x> [(?<]+ []?(?<]+ (?<method>\w+) (?<path>\S+) (?<status>\d+))");
  REQUIRE(format);
  model::Request r;
  CHECK((*format)->make_parser()->parse("(<x> (?< ]?(< GET / 200", r) == Reason::kNone);
}

TEST_CASE("regex: a text with a named group is one") {
  CHECK(is_regex_format("(?P<status>x)"));
  CHECK(is_regex_format("a(?<status>x)"));
  CHECK_FALSE(is_regex_format("(?<=x)(?<!y)"));
  CHECK_FALSE(is_regex_format("(?<"));
  CHECK_FALSE(is_regex_format("$remote_addr - \"$request\""));
}

TEST_CASE("regex: the kind of time comes from a sample") {
  const auto format = regex(R"((?P<time>\S+) (?P<request>.+) (?P<status>\d+))");
  REQUIRE(format);
  const auto* sampled = dynamic_cast<const SampledFormat*>(format->get());
  REQUIRE(sampled != nullptr);
  const std::vector<std::string_view> lines = {"x", "1700000000.5 GET / HTTP/1.1 200"};
  const FormatPtr fitted = sampled->fitted(lines);
  REQUIRE(fitted != nullptr);
  CHECK(fitted->time_kind() == TimeKind::kUnix);
}

}  // namespace
}  // namespace routemeter::format

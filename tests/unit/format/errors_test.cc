// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "support/parse_line.h"

namespace routemeter::format {
namespace {

using model::Field;
using test::format_spec;

/// "LINE:COLUMN message" of every error, one a line.
std::string errors_of(const model::FormatSpec& spec) {
  const auto made = compile(spec, {});
  if (made) return "";
  std::string out;
  for (const auto& error : made.errors()) {
    CHECK(error.file == spec.origin);
    CHECK_FALSE(error.hint.empty());
    out += std::to_string(error.at.line) + ":" + std::to_string(error.at.column) + " " + error.message + "\n";
  }
  return out;
}

TEST_CASE("what is wrong with a format string, and where") {
  auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"$", "1:1 \"$\" without the name of a variable\n"},
      {"\"$request\" $status $ x", "1:20 \"$\" without the name of a variable\n"},
      {"$request ${status", "1:10 \"${\" without its \"}\"\n"},
      {"$request ${sta tus}", "1:10 \"${\" without its \"}\"\n"},
      {"$request ${} $status", "1:10 \"$\" without the name of a variable\n"},
      {"\"$request\"$status$http_x",
       "1:18 nothing stands between $status and $http_x, so it is unknown where the first one ends\n"},
      {"$status", "1:1 the format has no request: neither $request nor $request_method and $request_uri\n"},
      {"$request_method $status",
       "1:1 the format has no request: neither $request nor $request_method and $request_uri\n"},
      {"$request", "1:1 the format has no status: $status is missing\n"},
      {"$remote_addr",
       "1:1 the format has no request: neither $request nor $request_method and $request_uri\n"
       "1:1 the format has no status: $status is missing\n"},
      {"escape=xml $request $status", "1:1 unknown escape \"xml\"\n"},
      {"log_format main '$request' '$stat' ${;", "1:36 \"${\" without its \"}\"\n"},
      {"log_format main '$request\n $ '", "2:2 \"$\" without the name of a variable\n"},
      {"log_format main '$request $status", "1:17 this quote is never closed\n"},
      {"log_format '$request $status';", "1:11 log_format without a name\n"},
      {"log_format a '$request $status'; log_format b '';", "1:34 text after the ';' of log_format\n"},
      {"log_format a escape=j '$request $status';", "1:14 unknown escape \"j\"\n"},
      {"combind", "1:1 unknown format \"combind\"\n"},
      {"", "1:1 unknown format \"\"\n"},
      {"%h %Z", "1:4 unknown directive %Z\n"},
      {"%h %", "1:4 \"%\" without a directive\n"},
      {"%h %{Referer", "1:4 \"%\" without a directive\n"},
      {"%h %i", "1:4 unknown directive %i\n"},
      {"%r %h", "1:1 the format has no status: %s is missing\n"},
      {"%m %s", "1:1 the format has no request: neither %r nor %m and %U\n"},
      {"LogFormat %h", "1:1 LogFormat without a quoted string\n"},
      {"LogFormat \"%h", "1:11 LogFormat without a quoted string\n"},
      {"%(r)s %(s)", "1:7 \"%\" without a field\n"},
      {"%(r)s %(zz)s", "1:7 unknown field %(zz)s\n"},
      {"%(r)s", "1:1 the format has no status: %s is missing\n"},
  }));
  CAPTURE(text);
  CHECK(errors_of(format_spec(text)) == expected);
}

TEST_CASE("positions are those of the rule file") {
  auto spec = format_spec("$request $");
  spec.origin = "shop.yaml";
  spec.at = {3, 9};
  const auto made = compile(spec, {});
  REQUIRE_FALSE(made);
  const auto& error = made.errors().front();
  CHECK(error.at.line == 3);
  CHECK(error.at.column == 18);
  CHECK(error.source_line.substr(17) == "$");
}

TEST_CASE("fields that the format does not have") {
  auto spec = format_spec("\"$request\" $status $request_time");
  spec.origin = "shop.yaml";
  spec.fields[Field::kDuration] = {"reqest_time", std::nullopt, {7, 3}};
  spec.fields[Field::kHost] = {"wholly_different", std::nullopt, {8, 3}};
  const auto made = compile(spec, {});
  REQUIRE_FALSE(made);
  REQUIRE(made.errors().size() == 2);
  const auto& host = made.errors()[0];
  CHECK(host.at.line == 8);
  CHECK(host.message == "fields.host: the format has no $wholly_different");
  CHECK(host.hint == "add it to the log format, or name one that is there");
  const auto& duration = made.errors()[1];
  CHECK(duration.at.line == 7);
  CHECK(duration.at.column == 3);
  CHECK(duration.message == "fields.duration: the format has no $reqest_time");
  CHECK(duration.hint == "did you mean $request_time?");
}

TEST_CASE("fields can say where request and status are") {
  auto spec = format_spec("$line|$code");
  spec.fields[Field::kRequest] = {"line", std::nullopt, {}};
  spec.fields[Field::kStatus] = {"code", std::nullopt, {}};
  const auto out = test::parse_line(spec, "GET /a HTTP/1.1|404");
  CHECK(out.target == "/a");
  CHECK(out.numbers.status == 404);
}

TEST_CASE("two fields in a row are fine when nobody needs to tell them apart") {
  CHECK(test::reason_of("$http_a$http_b$http_c \"$request\" $status", "x y \"GET / HTTP/1.1\" 200") ==
        "none");
  CHECK(errors_of(format_spec("$request$pipe $status")).find("$request and $pipe") != std::string::npos);
}

TEST_CASE("a string has no more fields than the scanner takes") {
  std::string text = "\"$request\" $status";
  for (int i = 0; i < 300; ++i) text += " $http_x";
  CHECK(errors_of(format_spec(text)).find("more than 200 fields") != std::string::npos);
}

}  // namespace
}  // namespace routemeter::format

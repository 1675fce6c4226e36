// SPDX-License-Identifier: Apache-2.0
#include "format/envelope/envelope.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/json/json_format.h"
#include "format/parser/own_parsers.h"

namespace routemeter::format {
namespace {

using model::Envelope;
using model::Reason;

struct Case {
  std::string line;
  std::string inside;  ///< "!" = not wrapped
};

void check(Envelope envelope, const std::vector<Case>& cases) {
  const auto unwrapper = make_unwrapper(envelope);
  REQUIRE(unwrapper != nullptr);
  for (const Case& c : cases) {
    CAPTURE(c.line);
    std::string_view inside = "!";
    CHECK(unwrapper->unwrap(c.line, inside) == (c.inside != "!"));
    CHECK(inside == c.inside);
    // Cut anywhere it must not read behind its end.
    for (std::size_t i = 0; i < c.line.size(); ++i) {
      const std::vector<char> part(c.line.begin(), c.line.begin() + static_cast<std::ptrdiff_t>(i));
      unwrapper->unwrap(std::string_view(part.data(), part.size()), inside);
    }
  }
}

TEST_CASE("envelope: syslog") {
  check(Envelope::kSyslog, {
                               {"Jul  8 11:07:07 host nginx[2869]: x \"y\"", "x \"y\""},
                               {"<190>Jul  8 11:07:07 host nginx: x", "x"},
                               {"<190>Jul 18 11:07:07 nginx: x", "x"},
                               {"<190>Jul 18 11:07:07 nginx:  x", " x"},
                               {"<13>Feb 28 00:00:00 10.0.0.1 /usr/bin/app[1]: x: y", "x: y"},
                               {"2025-01-01T00:00:00.123+00:00 host nginx[1]: x", "x"},
                               {"2025-01-01T00:00:00Z host nginx: x", "x"},
                               {"2025-01-01T00:00:00+0000 host uvicorn[12]: x", "x"},
                               {"<190>2025-01-01T00:00:00.123-05:00 host nginx: x", "x"},
                               {"<171>1 2025-11-05T20:47:03.000000+00:00 fw.lan nginx - - - x", "x"},
                               {"<171>1 2025-11-05T20:47:03Z fw.lan nginx 12 ID [a@1 k=\"v\"][b] x y", "x y"},
                               {R"(<171>1 - - - - - [a@1 k="]\"\\"] x)", "x"},
                               {"<171>1 2025-11-05T20:47:03Z h app - - - \xef\xbb\xbfx", "x"},
                               {"<190>Jul  8 11:07:07 host nginx: x\r", "x"},
                               {"<190>Jul  8 11:07:07 host nginx: ", ""},
                               {"", "!"},
                               {"x", "!"},
                               {"<190>", "!"},
                               {"<1900>Jul  8 11:07:07 host nginx: x", "!"},
                               {"Jux  8 11:07:07 host nginx: x", "!"},
                               {"anJ  8 11:07:07 host nginx: x", "!"},
                               {"Jul  8 11:07 host nginx: x", "!"},
                               {"Jul  8 11:07:07 host nginx x", "!"},
                               {"Jul  8 11:07:07 one two three: x", "!"},
                               {"Mar 24 14:26:01 --- last message repeated 2 times ---", "!"},
                               {"<171>1 2025-11-05T20:47:03Z fw.lan nginx - - x", "!"},
                               {"<171>1 2025-11-05T20:47:03Z fw.lan nginx - - [a x", "!"},
                               {R"(127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 1)", "!"},
                           });
}

TEST_CASE("envelope: docker json-file and compose") {
  check(Envelope::kDocker,
        {
            {R"({"log":"x \"y\"\n","stream":"stdout","time":"2025-01-01T00:00:00Z"})", "x \"y\""},
            {R"({"stream":"stdout","attrs":{"log":"no"},"log":"x\u003cy\r\n"})", "x<y"},
            {R"({"log":"\u0000x\n","stream":"stdout"})", "x"},
            {R"({"log":"\n","stream":"stdout"})", ""},
            {"web-1  | x", "x"},
            {"web | {\"a\":1}", "{\"a\":1}"},
            {"\x1b[36mweb-1  |\x1b[0m x", "x"},
            {"web-1  |  - \"GET", " - \"GET"},
            // A piece of a line longer than 16 KiB.
            {R"({"log":"x","stream":"stdout","time":"2025-01-01T00:00:00Z"})", "!"},
            {R"({"log":"","stream":"stdout"})", "!"},
            {R"({"log":7,"stream":"stdout"})", "!"},
            {R"({"stream":"stdout"})", "!"},
            {R"({"log":"x\n","stream":"stdout")", "!"},
            {R"({"log":"x\n"} y)", "!"},
            {R"({"log":"\ud800\n")", "!"},
            {"web-1 x", "!"},
            {"| x", "!"},
            {"a b | x", "!"},
            {"", "!"},
        });
}

TEST_CASE("envelope: cri") {
  check(Envelope::kCri, {
                            {"2025-12-31T17:37:40.493035218+01:00 stdout F x y", "x y"},
                            {"2025-12-31T17:37:40Z stderr F x", "x"},
                            {"2025-12-31T17:37:40Z stdout F:tag x", "x"},
                            {"2025-12-31T17:37:40Z stdout F ", ""},
                            {"2025-12-31T17:37:40Z stdout P x", "!"},
                            {"2025-12-31T17:37:40Z stdout FULL x", "!"},
                            {"2025-12-31T17:37:40Z stdin F x", "!"},
                            {"2025-12-31T17:37:40Z stdout F", "!"},
                            {"2025-12-31 17:37:40Z stdout F x", "!"},
                            {"x", "!"},
                        });
}

FormatPtr uvicorn() {
  auto format = make_uvicorn(model::FormatSpec{}, {});
  REQUIRE(format);
  return *format;
}

TEST_CASE("envelope: around a format") {
  const FormatPtr inner = uvicorn();
  CHECK(wrap(inner, Envelope::kNone) == inner);
  CHECK(wrap(inner, Envelope::kAuto) == inner);
  const FormatPtr format = wrap(inner, Envelope::kDocker);
  CHECK(format->name() == "uvicorn in docker");
  CHECK(format->available() == inner->available());
  const auto parser = format->make_parser();
  model::Request r;
  CHECK(parser->parse(R"({"log":"INFO:     1.2.3.4:5 - \"GET /a HTTP/1.1\" 200 OK\n"})", r) == Reason::kNone);
  CHECK(r.target == "/a");
  CHECK(parser->parse(R"({"log":"Traceback\n"})", r) == Reason::kNotAccess);
  CHECK(parser->parse(R"({"log":"\n"})", r) == Reason::kEmpty);
  CHECK(parser->parse(R"(INFO:     1.2.3.4:5 - "GET /a HTTP/1.1" 200 OK)", r) == Reason::kBadEnvelope);
  CHECK(parser->parse("", r) == Reason::kEmpty);
}

TEST_CASE("envelope: JSON in docker's JSON") {
  auto json = make_json(model::FormatSpec{}, {});
  REQUIRE(json);
  const auto parser = wrap(*json, Envelope::kDocker)->make_parser();
  model::Request r;
  CHECK(parser->parse(
            R"({"log":"{\"method\":\"GET\",\"path\":\"/\\u00e9\",\"status\":200}\n","stream":"stdout"})",
            r) == Reason::kNone);
  CHECK(r.target == "/\xc3\xa9");
}

}  // namespace
}  // namespace routemeter::format

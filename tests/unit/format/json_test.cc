// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/contract/format.h"
#include "format/json/json_format.h"
#include "format/json/json_plan.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

constexpr std::uint64_t kMs = 1'000'000;

FormatPtr json(std::map<Field, model::FieldSource> fields = {}) {
  model::FormatSpec spec;
  spec.text = "json";
  spec.fields = std::move(fields);
  auto format = make_json(spec, {});
  REQUIRE(format);
  return *format;
}

Reason reason_of(Parser& parser, std::string_view line) {
  model::Request request;
  return parser.parse(line, request);
}

struct Case {
  std::string line;
  std::string method;
  std::string target;
  int status = 0;
  std::string host = "";
  std::string time = "";
  std::optional<std::uint64_t> duration = {};
  std::optional<std::uint64_t> first_byte = {};
  std::optional<std::uint64_t> request_size = {};
  std::optional<std::uint64_t> response_size = {};
};

void check(Parser& parser, const Case& c) {
  CAPTURE(c.line);
  model::Request r;
  CHECK(name_of(parser.parse(c.line, r)) == "none");
  CHECK(r.method == c.method);
  CHECK(r.target == c.target);
  CHECK(r.status == c.status);
  CHECK(r.host == c.host);
  CHECK(r.time == c.time);
  CHECK(r.known.has(Field::kDuration) == c.duration.has_value());
  CHECK(r.duration_ns == c.duration.value_or(0));
  CHECK(r.known.has(Field::kTimeToFirstByte) == c.first_byte.has_value());
  CHECK(r.time_to_first_byte_ns == c.first_byte.value_or(0));
  CHECK(r.known.has(Field::kRequestSize) == c.request_size.has_value());
  CHECK(r.request_size == c.request_size.value_or(0));
  CHECK(r.known.has(Field::kResponseSize) == c.response_size.has_value());
  CHECK(r.response_size == c.response_size.value_or(0));
}

TEST_CASE("json: the usual programs, without a field map") {
  const std::vector<Case> cases = {
      // nginx, log_format escape=json.
      {R"({"time_iso8601":"2024-01-01T00:00:00+00:00","request":"GET /a?b=1 HTTP/1.1","status":"200",)"
       R"("request_time":"0.012","upstream_header_time":"0.010","upstream_response_time":"0.011",)"
       R"("content_length":"","upstream_http_content_length":"5","body_bytes_sent":"7","host":"a.example"})",
       "GET",
       "/a?b=1",
       200,
       "a.example",
       "2024-01-01T00:00:00+00:00",
       12 * kMs,
       10 * kMs,
       {},
       5},
      {R"({"request_method":"POST","request_uri":"/u","status":201,"request_time":0.5,"msec":1700000000.123,)"
       R"("upstream_response_time":"0.1, 0.2 : 0.3"})",
       "POST", "/u", 201, "", "1700000000.123", 500 * kMs},
      {R"({"method":"GET","uri":"/u","status":200,"upstream_response_time":"0.1, 0.2 : 0.3",)"
       R"("upstream_header_time":"-, 0.2","content_length":"12","body_bytes_sent":34})",
       "GET", "/u", 200, "", "", 600 * kMs, 200 * kMs, 12, 34},
      // A chunked answer has no length; that is not the size of its body.
      {R"({"request":"GET / HTTP/1.1","status":200,"upstream_http_content_length":"","body_bytes_sent":9})",
       "GET", "/", 200},
      // Caddy.
      {R"({"level":"info","ts":1693840791.756,"request":{"remote_ip":"::1","proto":"HTTP/2.0","method":"GET",)"
       R"("host":"h:8080","uri":"/c?d","headers":{"Accept":["*/*"],"method":["no"]}},"bytes_read":3,)"
       R"("duration":0.001335486,"size":3609,"status":200,"resp_headers":{"status":["9"]}})",
       "GET",
       "/c?d",
       200,
       "h:8080",
       "1693840791.756",
       1335486,
       {},
       3,
       3609},
      {R"({"request":{"method":"GET","uri":"/"},"duration":"1.5ms","status":200})", "GET", "/", 200, "", "",
       1500000},
      // Traefik: the duration is a number of nanoseconds; the status may be a string.
      {R"({"RequestMethod":"GET","RequestPath":"/t?x=1","RequestProtocol":"HTTP/1.1","DownstreamStatus":"200",)"
       R"("Duration":10002425284,"DownstreamContentSize":15,"RequestContentSize":0,"RequestHost":"localhost",)"
       R"("StartUTC":"2023-08-11T11:39:21.773Z","time":"2023-08-11T11:41:25"})",
       "GET",
       "/t?x=1",
       200,
       "localhost",
       "2023-08-11T11:39:21.773Z",
       10002425284,
       {},
       0,
       15},
      // Envoy: milliseconds.
      {R"({":authority":"e.example","bytes_received":1,"bytes_sent":121258,"duration":11,"method":"GET",)"
       R"("protocol":"HTTP/2","response_code":200,"start_time":"2025-12-31T16:37:40.479Z",)"
       R"("x-envoy-origin-path":"/assets/i.webp","x-envoy-upstream-service-time":null})",
       "GET",
       "/assets/i.webp",
       200,
       "e.example",
       "2025-12-31T16:37:40.479Z",
       11 * kMs,
       {},
       1,
       121258},
      {R"({"authority":"e","duration":"7","method":"GET","path":"/p","response_code":404,"upstream_service_time":"5"})",
       "GET", "/p", 404, "e", "", 7 * kMs, 5 * kMs},
      // Cloudflare.
      {R"({"ClientRequestMethod":"HEAD","ClientRequestURI":"/","EdgeResponseStatus":301,"EdgeResponseBytes":570,)"
       R"("ClientRequestHost":"c.example","EdgeStartTimestamp":1712790000100000000,"ClientRequestBytes":99})",
       "HEAD",
       "/",
       301,
       "c.example",
       "1712790000100000000",
       {},
       {},
       {},
       570},
      // Elastic Common Schema, nested or with dots in the keys.
      {R"({"@timestamp":"2024-01-01T00:00:00Z","http":{"request":{"method":"GET","body":{"bytes":1}},)"
       R"("response":{"status_code":200,"body":{"bytes":2}}},"url":{"path":"/e"},"event":{"duration":5000000}})",
       "GET",
       "/e",
       200,
       "",
       "2024-01-01T00:00:00Z",
       5 * kMs,
       {},
       1,
       2},
      {R"({"http.request.method":"GET","http.response.status_code":204,"url.path":"/dots","event.duration":1})",
       "GET", "/dots", 204, "", "", 1},
      // Datadog's attributes: nanoseconds.
      {R"({"http":{"url":"http://h.example/x","status_code":200,"method":"GET","version":"1.1"},"duration":1234567})",
       "GET", "http://h.example/x", 200, "", "", 1234567},
      // uvicorn's AccessFormatter and Python middlewares.
      {R"({"client_addr":"127.0.0.1:5","request_line":"GET /py HTTP/1.1","status_code":"200"})", "GET", "/py",
       200},
      {R"({"method":"GET","path":"/py","status_code":200,"process_time":0.0012345,"client_addr":"1.2.3.4"})",
       "GET", "/py", 200, "", "", 1234500},
      {R"({"method":"GET","path":"/py","status_code":200,"duration_ms":1.5})", "GET", "/py", 200, "", "",
       1500000},
      {R"({"method":"GET","path":"/py","status":200,"duration":2e-05})", "GET", "/py", 200, "", "", 20000},
      // "request" may be something else.
      {R"({"request":"8f2a","method":"GET","path":"/py","status":200})", "GET", "/py", 200},
      {R"({"request":null,"method":"GET","path":"/py","status_code":200})", "GET", "/py", 200},
      // White space, and blanks behind the object.
      {"\t{ \"method\" : \"GET\" , \"path\" : \"/s\" , \"status\" : 200 } ", "GET", "/s", 200},
      // Absolute and authority forms.
      {R"({"method":"CONNECT","path":"a.example:443","status":200})", "CONNECT", "a.example:443", 200},
      {R"({"method":"OPTIONS","path":"*","status":200})", "OPTIONS", "*", 200},
  };
  const auto parser = json()->make_parser();
  for (const Case& c : cases) check(*parser, c);
}

TEST_CASE("json: the dialect of a line does not depend on the lines before") {
  const std::string envoy = R"({"method":"GET","path":"/","response_code":200,"duration":2})";
  const std::string python = R"({"method":"GET","path":"/","status_code":200,"duration":2})";
  const auto parser = json()->make_parser();
  for (int i = 0; i < 3; ++i) {
    check(*parser, {envoy, "GET", "/", 200, "", "", 2 * kMs});
    check(*parser, {python, "GET", "/", 200, "", "", 2000 * kMs});
  }
}

TEST_CASE("json: escapes and odd bytes") {
  const std::vector<Case> cases = {
      {R"({"method":"GET","path":"/caf\u00e9\/\"x\"\\","status":200})", "GET", "/caf\xc3\xa9/\"x\"\\", 200},
      {R"({"method":"GET","path":"/\ud83d\ude00","status":200})", "GET", "/\xf0\x9f\x98\x80", 200},
      {R"({"request":"GET /q?a=\"b\" HTTP/1.1","status":200})", "GET", R"(/q?a="b")", 200},
      // nginx with escape=default writes what is no JSON escape.
      {R"({"request":"GET /q?a=\x22b\x22 HTTP/1.1","status":200})", "GET", R"(/q?a="b")", 200},
      // escape=json leaves bytes that are no UTF-8: the line counts all the same.
      {"{\"request\":\"GET /\xff\xc3 HTTP/1.1\",\"status\":200,\"agent\":\"\xc0\xaf\"}", "GET",
       "/\xef\xbf\xbd\xef\xbf\xbd", 200},
      // Another field may hold anything.
      {R"({"agent":"\",\"status\":\"500\",\"x\":\"","method":"GET","path":"/","status":200})", "GET", "/",
       200},
      {R"({"agent":{"status":500,"method":"PUT"},"args":["status",{"status":1}],"method":"GET","path":"/","status":200})",
       "GET", "/", 200},
      // Of two equal keys the last counts, as for every JSON reader.
      {R"({"status":500,"method":"GET","path":"/","status":200})", "GET", "/", 200},
  };
  const auto parser = json()->make_parser();
  for (const Case& c : cases) check(*parser, c);
}

struct Bad {
  std::string line;
  Reason reason;
};

TEST_CASE("json: why a line is no request") {
  const std::vector<Bad> cases = {
      {"", Reason::kEmpty},
      {"# comment", Reason::kComment},
      {"hello", Reason::kBadJson},
      {"{", Reason::kBadJson},
      {"[]", Reason::kBadJson},
      {"\"text\"", Reason::kBadJson},
      {R"({"method":"GET","path":"/","status":200)", Reason::kBadJson},
      {R"({"method":"GET","path":"/","status":200} x)", Reason::kBadJson},
      {R"({"method":"GET","path":"/","status":200}{"method":"GET","path":"/","status":200})",
       Reason::kBadJson},
      {R"({"method":"GET","path":"/","status":200}})", Reason::kBadJson},
      {R"({"method":"GET" "path":"/","status":200})", Reason::kBadJson},
      {R"({"method":"GET","path":"/,"status":200})", Reason::kBadJson},
      {std::string("{\"method\":\"GET\",\"path\":\"/\0\",\"status\":200}", 42), Reason::kBadJson},
      {"{}", Reason::kMissingField},
      {R"({"level":"info","msg":"started"})", Reason::kMissingField},
      {R"({"method":"GET","path":"/"})", Reason::kMissingField},
      {R"({"method":"GET","status":200})", Reason::kMissingField},
      {R"({"method":{"a":1},"path":"/","status":200})", Reason::kMissingField},
      {R"({"request":"","status":400})", Reason::kBadRequest},
      {R"({"request":"-","status":400})", Reason::kBadRequest},
      {R"({"request":null,"status":400})", Reason::kBadRequest},
      {R"({"request":"","request_method":"","uri":"","status":400})", Reason::kBadRequest},
      {R"({"request":"\u0016\u0003\u0001","status":400})", Reason::kBadRequest},
      {R"({"request":"GET / FTP/1.1","status":400})", Reason::kBadRequest},
      {R"({"method":"","path":"/","status":400})", Reason::kBadRequest},
      {R"({"method":"-","path":"/","status":400})", Reason::kBadRequest},
      {R"({"method":"G T","path":"/","status":400})", Reason::kBadRequest},
      {R"({"method":"GET","path":"no-slash","status":400})", Reason::kBadRequest},
      {R"({"method":"GET","path":"","status":400})", Reason::kBadRequest},
      {R"({"method":"GET","path":"/","protocol":"SIP/2.0","status":400})", Reason::kBadRequest},
      {R"({"method":"GET","path":"/","status":0})", Reason::kBadStatus},
      {R"({"method":"GET","path":"/","status":600})", Reason::kBadStatus},
      {R"({"method":"GET","path":"/","status":"ok"})", Reason::kBadStatus},
      {R"({"method":"GET","path":"/","status":null})", Reason::kBadStatus},
      {R"({"method":"GET","path":"/","status":true})", Reason::kBadStatus},
      {R"({"method":"GET","path":"/","status":200.0})", Reason::kBadStatus},
      {R"({"method":"GET","path":"/","status":200,"duration":-1})", Reason::kBadNumber},
      {R"({"method":"GET","path":"/","status":200,"duration":"soon"})", Reason::kBadNumber},
      {R"({"method":"GET","path":"/","status":200,"duration":1e309})", Reason::kBadNumber},
      {R"({"method":"GET","path":"/","status":200,"bytes_sent":1.5})", Reason::kBadNumber},
      {R"({"method":"GET","path":"/","status":200,"bytes_sent":99999999999999999999})", Reason::kBadNumber},
  };
  const auto parser = json()->make_parser();
  for (const Bad& c : cases) {
    CAPTURE(c.line);
    CHECK(name_of(reason_of(*parser, c.line)) == name_of(c.reason));
  }
}

TEST_CASE("json: absent numbers are unknown, not zero") {
  const auto parser = json()->make_parser();
  for (const std::string value : {"null", R"("")", R"("-")"}) {
    check(*parser, {R"({"method":"GET","path":"/","status":200,"request_time":)" + value +
                        R"(,"body_bytes_sent":)" + value + "}",
                    "GET", "/", 200});
  }
}

TEST_CASE("json: a field map") {
  using model::Unit;
  SECTION("names with units; the rest keeps its defaults") {
    const auto parser = json({{Field::kDuration, {"took", Unit::kMicroseconds, {}}}})->make_parser();
    check(*parser, {R"({"method":"GET","path":"/","status":200,"took":1500,"request_time":9,"host":"h"})",
                    "GET", "/", 200, "h", "", 1500000});
    check(*parser, {R"({"method":"GET","path":"/","status":200,"request_time":9})", "GET", "/", 200});
  }
  SECTION("the unit of a name that we know is known") {
    const auto parser = json({{Field::kDuration, {"latency_ms", {}, {}}}})->make_parser();
    check(*parser,
          {R"({"method":"GET","path":"/","status":200,"latency_ms":3})", "GET", "/", 200, "", "", 3 * kMs});
  }
  SECTION("paths, the key with dots first") {
    const auto parser = json({{Field::kTarget, {"http.request.uri", {}, {}}},
                              {Field::kMethod, {"http.verb", {}, {}}},
                              {Field::kStatus, {"code", {}, {}}}})
                            ->make_parser();
    check(*parser,
          {R"({"code":200,"http":{"verb":"GET","request":{"uri":"/nested"}}})", "GET", "/nested", 200});
    check(*parser, {R"({"code":200,"http":{"verb":"GET","request.uri":"/half"}})", "GET", "/half", 200});
    check(*parser,
          {R"({"code":200,"http.verb":"GET","http.request.uri":"/flat","http":{"request":{"uri":"/no"}}})",
           "GET", "/flat", 200});
    check(*parser,
          {R"({"code":200,"http":{"request":{"uri":"/no"},"verb":"GET"},"http.request.uri":"/flat"})", "GET",
           "/flat", 200});
    CHECK(reason_of(*parser, R"({"status":200,"method":"GET","path":"/"})") == Reason::kMissingField);
  }
  SECTION("a target beside a request line") {
    const auto parser = json({{Field::kTarget, {"original", {}, {}}}})->make_parser();
    check(*parser,
          {R"({"request":"GET /rewritten HTTP/1.1","original":"/sent","status":200})", "GET", "/sent", 200});
    CHECK(reason_of(*parser, R"({"request":"GET /rewritten HTTP/1.1","status":200})") ==
          Reason::kMissingField);
  }
  SECTION("a request line over its parts") {
    const auto parser = json({{Field::kRequest, {"line", {}, {}}}})->make_parser();
    check(*parser,
          {R"({"line":"GET /a HTTP/1.1","method":"PUT","path":"/b","status":200})", "GET", "/a", 200});
  }
  SECTION("a key written with escapes") {
    const auto parser = json({{Field::kDuration,
                               {"dur\xc3\xa9"
                                "e",
                                {},
                                {}}}})
                            ->make_parser();
    check(*parser, {R"({"method":"GET","path":"/","status":200,"dur\u00e9e":1})", "GET", "/", 200, "", "",
                    1000 * kMs});
    check(*parser, {"{\"method\":\"GET\",\"path\":\"/\",\"status\":200,\"dur\xc3\xa9"
                    "e\":1}",
                    "GET", "/", 200, "", "", 1000 * kMs});
  }
  SECTION("what cannot be a path") {
    model::FormatSpec spec;
    spec.origin = "r.yaml";
    spec.fields[Field::kStatus] = {"", {}, {3, 11}};
    spec.fields[Field::kHost] = {"a.b.c.d.e.f.g.h.i", {}, {4, 9}};
    const auto refused = make_json(spec, {});
    REQUIRE_FALSE(refused);
    REQUIRE(refused.errors().size() == 2);
    CHECK(refused.errors()[0].message == "a field needs the name of a key");
    CHECK(refused.errors()[0].at.line == 3);
    CHECK(refused.errors()[1].message == "the path 'a.b.c.d.e.f.g.h.i' has more than 8 parts");
  }
}

TEST_CASE("json: long lines and cut lines") {
  const auto parser = json()->make_parser();
  for (const std::size_t size : {10U, 4000U, 5000U, 70000U, 250000U, 20U}) {
    const std::string path = "/" + std::string(size, 'a');
    check(*parser, {R"({"method":"GET","path":")" + path + R"(","status":200})", "GET", path, 200});
  }
  const std::string line =
      R"({"request":{"method":"GET","uri":"/\u00e9"},"status":200,"duration":0.5,"a":[{"b":null}],"size":1})";
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::vector<char> part(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(reason_of(*parser, std::string_view(part.data(), part.size())) != Reason::kNone);
    for (const char c : {'\0', '"', '{', '}', '\\', ',', '\xff'}) {
      std::string changed = line;
      changed[i] = c;
      reason_of(*parser, changed);
    }
  }
  std::string deep = R"({"method":"GET","path":"/","status":200,"deep":)";
  deep += std::string(5000, '[') + std::string(5000, ']') + "}";
  reason_of(*parser, deep);
  CHECK(reason_of(*parser, line) == Reason::kNone);
}

TEST_CASE("json: a sample tells the kind of time, a line which fields there are") {
  const FormatPtr format = json({{Field::kRequestSize, {"in", {}, {}}}});
  CHECK(format->available().has(Field::kTimeToFirstByte));
  const auto* sampled = dynamic_cast<const SampledFormat*>(format.get());
  REQUIRE(sampled != nullptr);
  const std::vector<std::string_view> lines = {
      R"({"level":"info","upstream_header_time":"0.1"})",
      R"({"request":"GET / HTTP/1.1","status":200,"request_time":"-","time_local":"10/Oct/2000:13:55:36 -0700"})"};
  const FormatPtr fitted = sampled->fitted(lines);
  REQUIRE(fitted != nullptr);
  CHECK(fitted->available().has(Field::kTimeToFirstByte));
  CHECK(fitted->certain().has(Field::kRequestSize));  // named by the rule file
  CHECK_FALSE(fitted->certain().has(Field::kDuration));
  model::Request request;
  const auto parser = fitted->make_parser();
  REQUIRE(parser->parse(lines[1], request) == Reason::kNone);
  CHECK(request.present.has(Field::kDuration));  // unknown in this line, but the key is there
  CHECK_FALSE(request.known.has(Field::kDuration));
  CHECK_FALSE(request.present.has(Field::kTimeToFirstByte));
  CHECK(request.present.has(Field::kStatus));
  CHECK(fitted->time_kind() == TimeKind::kClf);
  CHECK(sampled->fitted({}) == nullptr);
}

TEST_CASE("json: kinds of time are told by their shape") {
  CHECK(guess_time_kind("2024-01-01T00:00:00Z") == TimeKind::kIso8601);
  CHECK(guess_time_kind("2024-01-01 00:00:00,123") == TimeKind::kIso8601);
  CHECK(guess_time_kind("10/Oct/2000:13:55:36 -0700") == TimeKind::kClf);
  CHECK(guess_time_kind("1700000000.123") == TimeKind::kUnix);
  CHECK(guess_time_kind("1700000000") == TimeKind::kUnix);
  CHECK(guess_time_kind("1700000000123") == TimeKind::kUnixMilli);
  CHECK(guess_time_kind("1700000000123456") == TimeKind::kUnixMicro);
  CHECK(guess_time_kind("1700000000123456789") == TimeKind::kUnixNano);
  CHECK(guess_time_kind("noon") == TimeKind::kNone);
  CHECK(guess_time_kind("12") == TimeKind::kNone);
  CHECK(guess_time_kind("") == TimeKind::kNone);
}

TEST_CASE("json: the table leaves room for a field map") {
  const JsonPlan plan = make_json_plan({});
  CHECK(plan.keys.slots() + kFieldCount <= kMaxSlots);
  for (const JsonDialect& dialect : json_dialects()) {
    for (const FieldNames& names : dialect.names) {
      for (const std::string_view name : words_of(names.names)) {
        CAPTURE(name);
        const JsonKeys::Key* key = plan.keys.find(JsonKeys::kRoot, name);
        REQUIRE(key != nullptr);
        CHECK(key->slot != JsonKeys::kNone);
      }
    }
  }
}

}  // namespace
}  // namespace routemeter::format

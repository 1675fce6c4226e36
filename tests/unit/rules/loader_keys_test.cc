// SPDX-License-Identifier: Apache-2.0
// Every key of man/routemeter-rules.5 arrives in the model with the value written. Errors and their texts
// are pinned by tests/bad_rules.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "rules/rule_loader.h"

using routemeter::model::Bucket;
using routemeter::model::Envelope;
using routemeter::model::Escape;
using routemeter::model::Field;
using routemeter::model::FormatSpec;
using routemeter::model::MetricSpec;
using routemeter::model::Rule;
using routemeter::model::RuleFile;
using routemeter::model::RuleTest;
using routemeter::model::Unit;
using Strings = std::vector<std::string>;

namespace {

RuleFile load(const std::string& text) {
  auto file = routemeter::rules::parse_rule_file("version: 1\n" + text, "t.yaml");
  if (!file) FAIL(routemeter::util::format(file.errors()));
  return *file;
}

std::vector<double> borders(const std::optional<std::vector<Bucket>>& buckets) {
  std::vector<double> out;
  for (const Bucket& bucket : buckets.value()) out.push_back(bucket.seconds);
  return out;
}

}  // namespace

TEST_CASE("rules as text") {
  struct Row {
    std::string rule;
    Strings methods;
    std::string path;
    int column;  // of the path
  };
  const Row rows[] = {
      {"GET /items/{item_id}", {"GET"}, "/items/{item_id}", 9},
      {"GET,PUT /users/{id:int}", {"GET", "PUT"}, "/users/{id:int}", 13},
      {"/files/{file_path:path}", {}, "/files/{file_path:path}", 5},
      {"get , M-SEARCH   /x", {"GET", "M-SEARCH"}, "/x", 22},
      {"'GET /a b'", {"GET"}, "/a b", 10},
      {"\"  GET /q  \"", {"GET"}, "/q", 12},
  };
  for (const Row& row : rows) {
    CAPTURE(row.rule);
    const RuleFile file = load("routes:\n  - " + row.rule + "\n");
    REQUIRE(file.routes.size() == 1);
    const Rule& rule = file.routes[0];
    CHECK(rule.kind == Rule::Kind::kTemplate);
    CHECK(rule.methods == row.methods);
    CHECK(rule.pattern == row.path);
    CHECK(rule.handler == row.path);
    CHECK(rule.at.line == 3);
    CHECK(rule.pattern_at.line == 3);
    CHECK(rule.pattern_at.column == row.column);
  }
}

TEST_CASE("rules as maps") {
  const RuleFile file = load(R"(routes:
  - {handler: /static, pattern: '/static/.*', methods: [get, HEAD], host: CDN.example.org}
  - stop: '/sub/.*'
  - {template: '/x/{id}', methods: 'GET,PUT'}
  - {template: /y, handler: why, host: '[::1]'}
  - {stop: "it's", methods: GET}
)");
  REQUIRE(file.routes.size() == 5);
  const Rule& pattern = file.routes[0];
  CHECK(pattern.kind == Rule::Kind::kPattern);
  CHECK(pattern.handler == "/static");
  CHECK(pattern.pattern == "/static/.*");
  CHECK(pattern.methods == Strings{"GET", "HEAD"});
  CHECK(pattern.host == "cdn.example.org");
  CHECK(pattern.at.column == 5);
  CHECK(pattern.pattern_at.column == 34);
  CHECK(pattern.text ==
        "{handler: '/static', pattern: '/static/.*', methods: [GET, HEAD], host: cdn.example.org}");
  const Rule& stop = file.routes[1];
  CHECK(stop.kind == Rule::Kind::kStop);
  CHECK(stop.handler.empty());
  CHECK(stop.pattern == "/sub/.*");
  CHECK(stop.text == "{stop: '/sub/.*'}");
  CHECK(file.routes[2].kind == Rule::Kind::kTemplate);
  CHECK(file.routes[2].handler == "/x/{id}");
  CHECK(file.routes[2].methods == Strings{"GET", "PUT"});
  CHECK(file.routes[3].handler == "why");
  CHECK(file.routes[3].pattern == "/y");
  CHECK(file.routes[3].host == "[::1]");
  CHECK(file.routes[4].text == "{stop: 'it''s', methods: [GET]}");
}

TEST_CASE("the order of the rules is the order of the file") {
  const RuleFile file = load("routes: [/b, /a, /c]\nexclude: ['/metrics', '.*admin.*']\n");
  CHECK(file.routes[0].pattern == "/b");
  CHECK(file.routes[1].pattern == "/a");
  CHECK(file.routes[2].pattern == "/c");
  CHECK(file.exclude[1].text == ".*admin.*");
  CHECK(file.exclude[1].at.column == 24);
}

TEST_CASE("options, prefixes, labels, limits") {
  const RuleFile file = load(R"(options:
  group_status_codes: false
  ignore_untemplated: true
  group_untemplated: false
  round_latency_decimals: 0
  respect_env_var: true
  env_var_name: METRICS_ON
  method_mismatch: none
  redirect_slashes: false
  unknown_methods: verbatim
  precreate: false
namespace: myproject
subsystem: myservice
labels: {zone: a, build: 12, canary: true, note: "\u00e9"}
limits: {max_series: 5, labels: {handler: 7, method: 8}, families: {a_total: 9}}
)");
  CHECK_FALSE(file.options.group_status_codes);
  CHECK(file.options.ignore_untemplated);
  CHECK_FALSE(file.options.group_untemplated);
  CHECK(file.options.round_latency_decimals == 0);
  CHECK(file.options.respect_env_var);
  CHECK(file.options.env_var_name == "METRICS_ON");
  CHECK_FALSE(file.options.method_mismatch_is_handler);
  CHECK_FALSE(file.options.redirect_slashes);
  CHECK(file.options.verbatim_methods);
  CHECK_FALSE(file.options.precreate);
  CHECK(file.name_space == "myproject");
  CHECK(file.subsystem == "myservice");
  CHECK(file.namespace_at.line == 13);
  CHECK(file.labels == std::vector<std::pair<std::string, std::string>>{
                           {"zone", "a"}, {"build", "12"}, {"canary", "true"}, {"note", "\xC3\xA9"}});
  CHECK(file.limits.max_series == 5);
  CHECK(file.limits.labels[routemeter::model::kHandlerLabel] == 7);
  CHECK(file.limits.labels[routemeter::model::kMethodLabel] == 8);
  REQUIRE(file.limits.families.size() == 1);
  CHECK(file.limits.families[0].family == "a_total");
  CHECK(file.limits.families[0].series == 9);
  CHECK(file.limits.families[0].at.column == 69);
  // The words the other way round.
  const RuleFile other = load("options: {method_mismatch: handler, unknown_methods: other}\n");
  CHECK(other.options.method_mismatch_is_handler);
  CHECK_FALSE(other.options.verbatim_methods);
}

TEST_CASE("format and fields") {
  CHECK(load("format: combined\n").format.text == "combined");
  CHECK(load("format: '$status'\n").format.at.column == 10);
  const FormatSpec format = load(R"(format: {name: json, escape: none, envelope: cri}
fields:
  duration: {field: took, unit: us}
  time_to_first_byte: $upstream_header_time
  path: request.uri
  status: ${status}
  request_size: {field: $content_length}
)")
                                .format;
  CHECK(format.text == "json");
  CHECK(format.escape == Escape::kNone);
  CHECK(format.envelope == Envelope::kCri);
  REQUIRE(format.fields.size() == 5);
  CHECK(format.fields.at(Field::kDuration).name == "took");
  CHECK(format.fields.at(Field::kDuration).unit == Unit::kMicroseconds);
  CHECK(format.fields.at(Field::kDuration).at.line == 4);
  CHECK(format.fields.at(Field::kTimeToFirstByte).name == "upstream_header_time");
  CHECK_FALSE(format.fields.at(Field::kTimeToFirstByte).unit.has_value());
  CHECK(format.fields.at(Field::kTarget).name == "request.uri");
  CHECK(format.fields.at(Field::kStatus).name == "status");
  CHECK(format.fields.at(Field::kRequestSize).name == "content_length");
  // Envelope alone: the format stays automatic.
  const FormatSpec wrapped = load("format: {envelope: docker}\n").format;
  CHECK(wrapped.text == "auto");
  CHECK(wrapped.envelope == Envelope::kDocker);
  const FormatSpec string = load("format: {text: '$status x', escape: json}\n").format;
  CHECK(string.text == "$status x");
  CHECK(string.escape == Escape::kJson);
}

TEST_CASE("each field key reaches its field") {
  const std::pair<std::string, Field> rows[] = {{"request", Field::kRequest},
                                                {"method", Field::kMethod},
                                                {"target", Field::kTarget},
                                                {"path", Field::kTarget},
                                                {"protocol", Field::kProtocol},
                                                {"status", Field::kStatus},
                                                {"host", Field::kHost},
                                                {"time", Field::kTime},
                                                {"duration", Field::kDuration},
                                                {"time_to_first_byte", Field::kTimeToFirstByte},
                                                {"request_size", Field::kRequestSize},
                                                {"response_size", Field::kResponseSize}};
  for (const auto& [key, field] : rows) {
    CAPTURE(key);
    const FormatSpec format = load("fields: {" + key + ": x}\n").format;
    REQUIRE(format.fields.size() == 1);
    CHECK(format.fields.begin()->first == field);
  }
}

TEST_CASE("each unit, escape and envelope") {
  const std::pair<std::string, Unit> units[] = {{"s", Unit::kSeconds},
                                                {"ms", Unit::kMilliseconds},
                                                {"us", Unit::kMicroseconds},
                                                {"ns", Unit::kNanoseconds}};
  for (const auto& [word, unit] : units) {
    CHECK(load("fields: {duration: {field: d, unit: " + word + "}}\n")
              .format.fields.at(Field::kDuration)
              .unit == unit);
  }
  const std::pair<std::string, Envelope> envelopes[] = {{"auto", Envelope::kAuto},
                                                        {"none", Envelope::kNone},
                                                        {"syslog", Envelope::kSyslog},
                                                        {"docker", Envelope::kDocker},
                                                        {"cri", Envelope::kCri}};
  for (const auto& [word, envelope] : envelopes) {
    CHECK(load("format: {envelope: " + word + "}\n").format.envelope == envelope);
  }
  CHECK(load("format: {name: x, escape: default}\n").format.escape == Escape::kDefault);
}

TEST_CASE("metrics") {
  const RuleFile file = load(R"(metrics:
  - default: {only_2xx_for_highr: true, highr_buckets: [0.1, 1, .inf], lowr_buckets: ['0.25', '+Inf'], exclude_streaming_duration: true}
  - latency: {name: took, help: "How long.", buckets: [1, 2.5, 1e1], labels: [method, handler], exclude_streaming_duration: true, namespace: a, subsystem: b}
  - requests
  - request_size:
  - response_size: {}
  - combined_size: {labels: [], namespace: ''}
  - inprogress: {name: busy, labels: [handler, method]}
)");
  REQUIRE(file.metrics.size() == 7);
  const MetricSpec& all = file.metrics[0];
  CHECK(all.kind == "default");
  CHECK(all.only_2xx_for_highr);
  CHECK(all.exclude_streaming_duration);
  CHECK(borders(all.highr_buckets) == std::vector<double>{0.1, 1});
  CHECK(borders(all.lowr_buckets) == std::vector<double>{0.25});
  CHECK(all.exclude_streaming_at.line == 3);
  CHECK(all.exclude_streaming_at.column > 100);
  const MetricSpec& latency = file.metrics[1];
  CHECK(latency.name == "took");
  CHECK(latency.help == "How long.");
  CHECK(borders(latency.buckets) == std::vector<double>{1, 2.5, 10});
  CHECK(latency.labels == Strings{"method", "handler"});
  CHECK(latency.name_space == "a");
  CHECK(latency.subsystem == "b");
  CHECK(latency.exclude_streaming_duration);
  CHECK(file.metrics[2].kind == "requests");
  CHECK(file.metrics[3].kind == "request_size");
  CHECK_FALSE(file.metrics[3].labels.has_value());
  CHECK(file.metrics[4].kind == "response_size");
  CHECK(file.metrics[5].labels == Strings{});
  // An empty namespace takes the file's away; none leaves it.
  CHECK(file.metrics[5].name_space == "");
  CHECK_FALSE(file.metrics[4].name_space.has_value());
  CHECK(file.metrics[6].kind == "inprogress");
  CHECK(file.metrics[6].name == "busy");
}

TEST_CASE("rule tests") {
  const RuleFile file = load(R"(tests:
  - GET /items/42 -> /items/{item_id}
  - GET /admin/panel -> excluded
  - GET /wp-login.php->none
  - 'GET /a b?q=1 -> the label'
  - {request: GET /x, handler: none, host: cdn.example.org, status: 404, labels: {method: GET, status: 4xx}}
  - {request: 'OPTIONS *', outcome: none}
  - {request: 'CONNECT a:443', outcome: excluded}
)");
  REQUIRE(file.tests.size() == 7);
  CHECK(file.tests[0].text == "GET /items/42 -> /items/{item_id}");
  CHECK(file.tests[0].method == "GET");
  CHECK(file.tests[0].target == "/items/42");
  CHECK(file.tests[0].outcome == RuleTest::Outcome::kHandler);
  CHECK(file.tests[0].handler == "/items/{item_id}");
  CHECK(file.tests[0].at.line == 3);
  CHECK(file.tests[1].outcome == RuleTest::Outcome::kExcluded);
  CHECK(file.tests[2].outcome == RuleTest::Outcome::kNone);
  CHECK(file.tests[2].target == "/wp-login.php");
  CHECK(file.tests[3].target == "/a b?q=1");
  CHECK(file.tests[3].handler == "the label");
  CHECK(file.tests[4].outcome == RuleTest::Outcome::kHandler);
  CHECK(file.tests[4].handler == "none");
  CHECK(file.tests[4].host == "cdn.example.org");
  CHECK(file.tests[4].status == 404);
  CHECK(file.tests[4].labels ==
        std::vector<std::pair<std::string, std::string>>{{"method", "GET"}, {"status", "4xx"}});
  CHECK(file.tests[5].outcome == RuleTest::Outcome::kNone);
  CHECK(file.tests[5].text == "OPTIONS * -> none");
  CHECK(file.tests[6].outcome == RuleTest::Outcome::kExcluded);
}

TEST_CASE("the example of the design loads as it stands") {
  const RuleFile file = load(R"yaml(format: combined            # see 3; default auto
fields:                     # which log field feeds what; each format has defaults
  duration: request_time
  time_to_first_byte: upstream_header_time
  request_size: content_length
  response_size: upstream_http_content_length
routes:                     # ordered; first match wins
  - GET /items/{item_id}                      # template; the label is the text as written
  - GET,PUT /users/{id:int}                   # converters: str (default) path int float uuid
  - /files/{file_path:path}                   # any method
  - {handler: /static, pattern: '/static/.*', methods: [GET], host: cdn.example.org}   # RE2, whole decoded path
  - stop: '/sub/.*'                           # what matches here has no handler, look no further
exclude: ['/metrics', '.*admin.*']            # RE2, searched anywhere in the handler label before grouping
options:
  group_status_codes: true          # 2xx, 3xx ...
  ignore_untemplated: false         # drop requests that no rule matches
  group_untemplated: true           # label them "none"; false = the path itself
  round_latency_decimals: 4         # absent = no rounding
  respect_env_var: false            # true: measure and serve only if ENABLE_METRICS is true or 1
  env_var_name: ENABLE_METRICS
  method_mismatch: handler          # or none: path matches a rule, method does not (405)
  redirect_slashes: true            # nothing matched: try again with the trailing slash toggled
  unknown_methods: other            # or verbatim: any method outside RFC 9110, PATCH and QUERY becomes "other"
namespace: myproject                # prefixes for every family, the in-progress gauge included
subsystem: myservice
labels: {environment: prod}         # static labels on every family
metrics:                            # absent = [default]; present = the whole list; a name clash is an error
  - default: {only_2xx_for_highr: false, highr_buckets: [0.1, 1], lowr_buckets: [1], exclude_streaming_duration: false}
  - latency: {name: my_latency, help: x, buckets: [1, 2, 3], labels: [handler, method], exclude_streaming_duration: true,
              namespace: a, subsystem: b}
  - requests
  - request_size
  - response_size
  - combined_size
  - inprogress: {name: http_requests_inprogress, labels: [handler, method]}
limits: {max_series: 10000}
tests:
  - GET /items/42 -> /items/{item_id}
  - GET /admin/panel -> excluded
  - GET /wp-login.php -> none
)yaml");
  CHECK(file.routes.size() == 5);
  CHECK(file.metrics.size() == 7);
  CHECK(file.tests.size() == 3);
  CHECK(file.options.round_latency_decimals == 4);
}

// SPDX-License-Identifier: Apache-2.0
#include "route/probe.h"

#include <catch2/catch.hpp>

#include "rules/rule_loader.h"

using namespace routemeter;

namespace {

model::RuleFile probed_rules() {
  auto file = rules::parse_rule_file(R"(version: 1
routes:
  - GET /items/{item_id}
  - {handler: /static, pattern: '/static/.*\.css', host: cdn.example.org}
  - stop: '/sub/.*'
exclude: ['/metrics', '.*admin.*']
)",
                                     "rules.yaml");
  REQUIRE(file);
  return *file;
}

}  // namespace

TEST_CASE("probe: each rule answers for itself") {
  const model::RuleFile file = probed_rules();
  const route::Probe probe(file);
  CHECK(probe.ask(0, "/items/42", "GET", "") == route::Verdict::kMatch);
  CHECK(probe.ask(0, "/items/42", "POST", "") == route::Verdict::kOtherMethod);
  CHECK(probe.ask(0, "/items/42/x", "GET", "") == route::Verdict::kOtherPath);
  CHECK(probe.ask(0, "items/42", "GET", "") == route::Verdict::kOtherPath);
  CHECK(probe.ask(1, "/static/a.css", "HEAD", "CDN.example.org:443") == route::Verdict::kMatch);
  CHECK(probe.ask(1, "/static/a.css", "HEAD", "example.org") == route::Verdict::kOtherHost);
  CHECK(probe.ask(1, "/static/axcss", "HEAD", "cdn.example.org") == route::Verdict::kOtherPath);
  CHECK(probe.ask(2, "/sub/x", "GET", "") == route::Verdict::kMatch);
  CHECK(probe.excluded_by("/x/admin") == 1);
  CHECK(probe.excluded_by("/items/{item_id}") == -1);
  CHECK(route::regex_of(file.routes[0]) == R"(\/items\/[^/]+)");
}

TEST_CASE("probe: paths as the matcher sees them") {
  CHECK(route::decoded_path("/a%2Fb?x=1#f") == "/a/b");
  CHECK(route::decoded_path("http://host:1/x/y?q") == "/x/y");
  CHECK(route::untemplated_label_of("/a\tb?c") == "/ab");
  CHECK(route::toggled_slash("/a/") == "/a");
  CHECK(route::toggled_slash("/a") == "/a/");
  CHECK(route::toggled_slash("/").empty());
}

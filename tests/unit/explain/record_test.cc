// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "rules/rule_loader.h"
#include "tools/explain/explainer.h"
#include "tools/explain/render.h"

namespace routemeter::explain {
namespace {

app::Service service_of(const std::string& yaml) {
  app::Service service;
  auto file = rules::parse_rule_file("version: 1\n" + yaml, "rules.yaml");
  if (!file) FAIL(util::format(file.errors()));
  service.rules = *file;
  service.router = *route::compile(service.rules);
  return service;
}

model::Request request_of(std::string_view method, std::string_view target, int status) {
  model::Request request;
  request.method = method;
  request.target = target;
  request.status = static_cast<std::uint16_t>(status);
  return request;
}

std::vector<std::string> recorded(Explainer& explainer, const model::Request& request) {
  std::vector<std::string> out;
  for (const Recorded& one : explainer.explain(request).record.families) {
    out.push_back(one.counted ? recorded_text(one) : one.family + " -");
  }
  return out;
}

TEST_CASE("explain: what each metric records, also when the same series counts again") {
  const app::Service service = service_of(R"(
routes: ['GET /items/{id}']
options: {round_latency_decimals: 2}
metrics:
  - default: {only_2xx_for_highr: true, lowr_buckets: [0.1, 0.5]}
  - latency: {name: by_handler, labels: [handler], buckets: [1, 2]}
  - inprogress
)");
  const auto explainer = std::move(*Explainer::create(service, nullptr));
  model::Request request = request_of("GET", "/items/1", 200);
  request.known.add(model::Field::kDuration);
  request.known.add(model::Field::kResponseSize);
  request.response_size = 1000000;
  request.duration_ns = 104'999'999;
  for (int i = 0; i < 3; ++i) {
    CHECK(
        recorded(*explainer, request) ==
        std::vector<std::string>{
            "http_requests_total{handler=\"/items/{id}\",method=\"GET\",status=\"2xx\"} +1",
            "http_request_size_bytes{handler=\"/items/{id}\"} 0 bytes",
            "http_response_size_bytes{handler=\"/items/{id}\"} 1000000 bytes",
            "http_request_duration_highr_seconds 0.1 s, bucket le=\"0.1\"",
            "http_request_duration_seconds{handler=\"/items/{id}\",method=\"GET\"} 0.1 s, bucket le=\"0.1\"",
            "by_handler{handler=\"/items/{id}\"} 0.1 s, bucket le=\"1.0\"", "http_requests_inprogress -"});
  }
  request.status = 500;
  request.duration_ns = 7'000'000'000;
  const auto families = recorded(*explainer, request);
  CHECK(families[3] == "http_request_duration_highr_seconds -");
  CHECK(families[4] ==
        "http_request_duration_seconds{handler=\"/items/{id}\",method=\"GET\"} 7 s, bucket le=\"+Inf\"");
}

TEST_CASE("explain: labels are those of the series, whatever the metrics show of them") {
  const app::Service service = service_of(R"(
routes: ['GET /items/{id}']
labels: {env: prod}
options: {group_untemplated: false, group_status_codes: false}
metrics: [{requests: {name: plain_total, labels: []}}]
)");
  const auto explainer = std::move(*Explainer::create(service, nullptr));
  const Explanation e = explainer->explain(request_of("BREW", "/caf\xC3\xA9/\x1b?q", 418));
  CHECK(e.outcome == Outcome::kUntemplated);
  CHECK(*e.handler == "/caf\xC3\xA9/\\x1B");
  CHECK(labels_text(e.record.labels) ==
        "env=\"prod\",handler=\"/caf\xC3\xA9/\\\\x1B\",method=\"other\",status=\"418\"");
  REQUIRE(e.record.families.size() == 1);
  CHECK(recorded_text(e.record.families[0]) == "plain_total{env=\"prod\"} +1");
}

TEST_CASE("explain: more series than are kept at hand") {
  const app::Service service = service_of("options: {group_untemplated: false}\n");
  const auto explainer = std::move(*Explainer::create(service, nullptr));
  for (int i = 0; i < 1500; ++i) {
    const std::string target = "/" + std::to_string(i);
    const Explanation e = explainer->explain(request_of("GET", target, 200));
    REQUIRE(*e.handler == target);
    REQUIRE(e.record.families[0].value == 1);
  }
}

TEST_CASE("explain: json") {
  const app::Service service = service_of(R"(routes:
  - GET /items/{id}
  - stop: '/sub/.*'
  - /{rest:path}
exclude: [admin]
metrics: [latency]
)");
  const auto explainer = std::move(*Explainer::create(service, nullptr));
  model::Request request = request_of("GET", "/items/4%222?x", 200);
  request.known.add(model::Field::kDuration);
  request.duration_ns = 20'000'000;
  CHECK(to_json(explainer->explain(request), service.rules) ==
        R"({"method":"GET","path":"/items/4\"2","outcome":"matched","handler":"/items/{id}",)"
        R"("rule":{"line":3,"text":"GET /items/{id}"},"also":[{"line":5,"text":"/{rest:path}"}],)"
        R"("labels":{"handler":"/items/{id}","method":"GET","status":"2xx"},)"
        R"("metrics":[{"name":"http_request_duration_seconds","type":"histogram",)"
        R"("labels":{"handler":"/items/{id}","method":"GET","status":"2xx"},"value":0.02,"le":"0.025"}]})");
  CHECK(to_json(explainer->explain(request_of("GET", "/sub/admin", 404)), service.rules) ==
        R"({"method":"GET","path":"/sub/admin","outcome":"excluded","handler":null,)"
        R"("rule":{"line":4,"text":"{stop: '/sub/.*'}"},"also":[{"line":5,"text":"/{rest:path}"}],)"
        R"("labels":{},"metrics":[]})");
  CHECK(
      to_json(unparsed(model::Reason::kBadRequest), service.rules) ==
      R"({"method":null,"path":null,"outcome":"unparsed","handler":null,"rule":null,"also":[],"labels":{},"metrics":[]})");
}

}  // namespace
}  // namespace routemeter::explain

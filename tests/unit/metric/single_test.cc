// SPDX-License-Identifier: Apache-2.0
// The single metrics: tests/conformance/README.md section 4, and the numbers in the cases C3 - C39 of
// tests/e2e/library_cases_test.py.
#include <catch2/catch.hpp>

#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

using Labels = std::vector<std::string>;

TEST_CASE("single: names, types and help texts") {
  struct Row {
    const char* kind;
    const char* name;
    const char* help;
    model::MetricType type;
  };
  const auto row = GENERATE(values<Row>({
      {"latency", "http_request_duration_seconds", "Duration of HTTP requests in seconds",
       model::MetricType::kHistogram},
      {"requests", "http_requests_total", "Total number of requests by method, status and handler.",
       model::MetricType::kCounter},
      {"request_size", "http_request_size_bytes", "Content bytes of requests.", model::MetricType::kSummary},
      {"response_size", "http_response_size_bytes", "Content bytes of responses.",
       model::MetricType::kSummary},
      {"combined_size", "http_combined_size_bytes", "Content bytes of requests and responses.",
       model::MetricType::kSummary},
      {"inprogress", "http_requests_inprogress", "Number of HTTP requests in progress.",
       model::MetricType::kGauge},
  }));
  CAPTURE(row.kind);
  const bool gauge = row.type == model::MetricType::kGauge;
  const Subject s(rules({metric(row.kind)}));
  const auto families = s.store->snapshot();
  REQUIRE(families.size() == 1);
  CHECK(families[0].name == row.name);
  CHECK(families[0].help == row.help);
  CHECK(families[0].type == row.type);
  CHECK(families[0].label_names == (gauge ? Labels{} : Labels{"handler", "method", "status"}));
  CHECK(families[0].samples.size() == (gauge ? 1 : 0));

  // Without labels the metric is there at zero before the first request.
  auto unlabelled = metric(row.kind);
  unlabelled.labels = Labels{};
  unlabelled.help = "My own.";
  const Subject u(rules({unlabelled}));
  REQUIRE(u.store->snapshot().size() == 1);
  CHECK(u.store->snapshot()[0].help == "My own.");
  REQUIRE(u.store->snapshot()[0].samples.size() == 1);
  CHECK(u.store->snapshot()[0].samples[0].count == 0);
  CHECK(u.store->snapshot()[0].samples[0].label_values.empty());
}

TEST_CASE("latency: C3, a name of its own, whose unit it does not end in") {
  auto spec = metric("latency");
  spec.name = "fastapi_latency";
  const Subject s(rules({spec}));
  s.see(1, "GET", 200, {.t = kMs});
  CHECK(s[R"(fastapi_latency_count{handler="/",method="GET",status="2xx"})"] == "1");
  CHECK_FALSE(s.has_text("http_request_duration_seconds"));
  CHECK(s.store->snapshot()[0].unit.empty());
}

TEST_CASE("latency: C4 - C6, the status label") {
  const bool group = GENERATE(true, false);
  auto file = rules({metric("latency")});
  file.options.group_status_codes = group;
  const Subject s(file);
  s.see(1, "GET", 200, {.t = kMs});
  CAPTURE(group);
  CHECK(s.has_text("status=\"2xx\"") == group);
  CHECK(s.has_text("status=\"200\"") != group);
}

TEST_CASE("latency: C13, buckets without +Inf") {
  auto spec = metric("latency");
  spec.buckets = buckets({1, 2, 3});
  const Subject s(rules({spec}));
  s.see(1, "GET", 200, {.t = 2 * kMs});
  CHECK(s[R"(http_request_duration_seconds_bucket{handler="/",method="GET",status="2xx",le="1"})"] == "1");
  CHECK(s[R"(http_request_duration_seconds_bucket{handler="/",method="GET",status="2xx",le="+Inf"})"] == "1");
  CHECK(s[R"(http_request_duration_seconds_sum{handler="/",method="GET",status="2xx"})"] == "0.002");
}

TEST_CASE("latency: default buckets") {
  const Subject s(rules({metric("latency")}));
  CHECK(s.store->snapshot()[0].bounds ==
        std::vector<double>{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10});
}

TEST_CASE("latency: C16 and C17, rounding") {
  struct Row {
    std::optional<int> decimals;
    const char* sum;
  };
  const auto row = GENERATE(values<Row>({{std::nullopt, "0.003703701"}, {4, "0.0036"}}));
  auto file = rules({metric("latency")});
  file.options.round_latency_decimals = row.decimals;
  const Subject s(file);
  for (int i = 0; i < 3; ++i) s.see(1, "GET", 200, {.t = 1'234'567});
  CHECK(s[R"(http_request_duration_seconds_sum{handler="/",method="GET",status="2xx"})"] == row.sum);
}

TEST_CASE("latency: C31, with and without streaming side by side") {
  auto head = metric("latency");
  head.exclude_streaming_duration = true;
  head.labels = Labels{};
  head.name = "head_seconds";
  auto whole = metric("latency");
  whole.labels = Labels{};
  const Subject s(rules({head, whole}));
  s.see(1, "GET", 200, {.t = 500 * kMs, .h = 100 * kMs});
  CHECK(s["head_seconds_sum"] == "0.1");
  CHECK(s["http_request_duration_seconds_sum"] == "0.5");
}

TEST_CASE("sizes: C18 - C28") {
  struct Row {
    const char* kind;
    Numbers numbers;
    const char* sum;
  };
  const auto row = GENERATE(values<Row>({
      {"request_size", {.in = 9}, "9"},
      {"request_size", {}, "0"},
      {"response_size", {.out = 14}, "14"},
      {"response_size", {.in = 3}, "0"},
      {"combined_size", {.out = 14}, "14"},
      {"combined_size", {.in = 10, .out = 14}, "24"},
      {"combined_size", {.in = ~std::uint64_t{0}, .out = ~std::uint64_t{0}}, "36893488147419103230"},
  }));
  CAPTURE(row.kind, row.sum);
  const std::string name = "http_" + std::string(row.kind) + "_bytes";
  const Subject s(rules({metric(row.kind)}));
  s.see(1, "GET", 200, row.numbers);
  CHECK(s[name + R"(_sum{handler="/",method="GET",status="2xx"})"] == row.sum);
  CHECK(s[name + R"(_count{handler="/",method="GET",status="2xx"})"] == "1");

  auto unlabelled = metric(row.kind);
  unlabelled.labels = Labels{};
  unlabelled.name_space = "namespace";
  unlabelled.subsystem = "subsystem";
  const Subject u(rules({unlabelled}));
  u.see(1, "GET", 200, row.numbers);
  u.see(0, "POST", 500);
  CHECK(u["namespace_subsystem_" + name + "_sum"] == row.sum);
  CHECK(u["namespace_subsystem_" + name + "_count"] == "2");
}

TEST_CASE("requests: C38, C39, and every subset of the labels") {
  struct Row {
    Labels labels;
    const char* sample;
    const char* value;
  };
  const auto row = GENERATE(values<Row>({
      {{"handler", "method", "status"}, R"(http_requests_total{handler="/",method="GET",status="2xx"})", "1"},
      {{"status", "handler"}, R"(http_requests_total{handler="/",status="2xx"})", "2"},
      {{"method", "handler"}, R"(http_requests_total{handler="/",method="GET"})", "2"},
      {{"method", "status"}, R"(http_requests_total{method="GET",status="2xx"})", "2"},
      {{"handler"}, R"(http_requests_total{handler="/"})", "3"},
      {{"method"}, R"(http_requests_total{method="GET"})", "3"},
      {{"status"}, R"(http_requests_total{status="2xx"})", "3"},
      {{}, "http_requests_total", "4"},
  }));
  auto spec = metric("requests");
  spec.labels = row.labels;
  const Subject s(rules({spec}));
  s.see(1, "GET", 200);
  s.see(1, "GET", 404);
  s.see(1, "POST", 201);
  s.see(2, "GET", 204);
  CAPTURE(row.sample);
  CHECK(s[row.sample] == row.value);
}

TEST_CASE("requests: a counter's name ends in _total") {
  struct Row {
    const char* name;
    const char* exposed;
  };
  const auto row = GENERATE(values<Row>({{"hits", "a_b_hits_total"}, {"hits_total", "a_b_hits_total"}}));
  auto spec = metric("requests");
  spec.name = row.name;
  auto file = rules({spec});
  file.name_space = "a";
  file.subsystem = "b";
  CHECK(Subject(file).store->snapshot()[0].name == row.exposed);
}

TEST_CASE("inprogress: 0 for each label seen") {
  auto spec = metric("inprogress");
  spec.labels = Labels{"method", "handler"};
  const Subject s(rules({spec}));
  CHECK(s.page().empty());
  s.see(1, "GET", 200);
  s.see(1, "GET", 500);
  s.see(0, "POST", 200);
  CHECK(s.page() == Page{{R"(http_requests_inprogress{handler="/",method="GET"})", "0"},
                         {R"(http_requests_inprogress{handler="none",method="POST"})", "0"}});
}

TEST_CASE("single: absent when the format lacks the field") {
  using F = model::Field;
  struct Row {
    const char* kind;
    model::FieldSet available;
    std::vector<std::string> notes;
  };
  const auto row = GENERATE(values<Row>({
      {"latency", {}, {"http_request_duration_seconds: the format has no duration; log $request_time"}},
      {"request_size",
       fields({F::kResponseSize}),
       {"http_request_size_bytes: the format has no request size; log $content_length"}},
      {"response_size",
       fields({F::kRequestSize}),
       {"http_response_size_bytes: the format has no response size; log $upstream_http_content_length"}},
      {"combined_size",
       fields({F::kResponseSize}),
       {"http_combined_size_bytes: the format has no request size; log $content_length"}},
      {"combined_size",
       fields({F::kRequestSize}),
       {"http_combined_size_bytes: the format has no response size; log $upstream_http_content_length"}},
      {"requests", {}, {}},
      {"inprogress", {}, {}},
  }));
  CAPTURE(row.kind);
  const Subject s(rules({metric(row.kind)}), row.available);
  CHECK(s.notes == row.notes);
  REQUIRE(s.store);
  s.see(1, "GET", 200, {.t = kMs, .in = 1, .out = 1});
  CHECK(s.store->snapshot().size() == (row.notes.empty() ? 1 : 0));
}

TEST_CASE("families come in the order of the rule file, samples sorted by labels") {
  const Subject s(rules({metric("response_size"), metric("requests"), metric("inprogress")}), every_field(),
                  {"none", "/b", "/a", "/a/b", "/a-"});
  for (const std::uint32_t handler : {1U, 4U, 3U, 0U, 2U}) {
    s.see(handler, "POST", 500);
    s.see(handler, "GET", 200);
  }
  const auto families = s.store->snapshot();
  REQUIRE(families.size() == 3);
  CHECK(families[0].name == "http_response_size_bytes");
  CHECK(families[1].name == "http_requests_total");
  CHECK(families[2].name == "http_requests_inprogress");
  REQUIRE(families[1].samples.size() == 10);
  CHECK(std::is_sorted(families[1].samples.begin(), families[1].samples.end(),
                       [](const auto& a, const auto& b) { return a.label_values < b.label_values; }));
  CHECK(families[1].samples[0].label_values == Labels{"/a", "GET", "2xx"});
  CHECK(families[1].samples[9].label_values == Labels{"none", "POST", "5xx"});
  // New series find their place among those sorted before.
  const auto handler = s.store->dynamic_handler("/a.");
  s.see(handler, "GET", 200);
  CHECK(s.store->snapshot()[1].samples[4].label_values == Labels{"/a.", "GET", "2xx"});
}

}  // namespace
}  // namespace routemeter::metric

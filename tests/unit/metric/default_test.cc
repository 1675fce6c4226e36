// SPDX-License-Identifier: Apache-2.0
// The default set: tests/conformance/README.md section 3, and the numbers in the library's own tests.
#include <catch2/catch.hpp>

#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

TEST_CASE("default: families before any request") {
  const Subject s(rules({metric("default")}));
  const model::Snapshot families = s.store->snapshot();
  struct Row {
    const char* name;
    model::MetricType type;
    const char* help;
    std::vector<std::string> labels;
    const char* unit;
    std::size_t samples;
  };
  const std::vector<Row> rows = {
      {"http_requests_total",
       model::MetricType::kCounter,
       "Total number of requests by method, status and handler.",
       {"handler", "method", "status"},
       "",
       0},
      {"http_request_size_bytes",
       model::MetricType::kSummary,
       "Content length of incoming requests by handler. Only value of header is respected. Otherwise "
       "ignored. No "
       "percentile calculated. ",
       {"handler"},
       "bytes",
       0},
      {"http_response_size_bytes",
       model::MetricType::kSummary,
       "Content length of outgoing responses by handler. Only value of header is respected. Otherwise "
       "ignored. No "
       "percentile calculated. ",
       {"handler"},
       "bytes",
       0},
      {"http_request_duration_highr_seconds",
       model::MetricType::kHistogram,
       "Latency with many buckets but no API specific labels. Made for more accurate percentile "
       "calculations. ",
       {},
       "seconds",
       1},
      {"http_request_duration_seconds",
       model::MetricType::kHistogram,
       "Latency with only few buckets by handler. Made to be only used if aggregation by handler is "
       "important. ",
       {"handler", "method"},
       "seconds",
       0},
  };
  REQUIRE(families.size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    CHECK(families[i].name == rows[i].name);
    CHECK(families[i].type == rows[i].type);
    CHECK(families[i].help == rows[i].help);
    CHECK(families[i].label_names == rows[i].labels);
    CHECK(families[i].unit == rows[i].unit);
    CHECK(families[i].samples.size() == rows[i].samples);
  }
  CHECK(families[3].bounds == std::vector<double>{0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1,  1.5, 2,
                                                  2.5,  3,     3.5,  4,     4.5, 5,    7.5, 10,   30, 60});
  CHECK(families[4].bounds == std::vector<double>{0.1, 0.5, 1});
  CHECK(s.page().size() == 24);
  CHECK(s.notes.empty());
}

TEST_CASE("default: C32, two requests") {
  const Subject s(rules({metric("default")}));
  s.see(1, "GET", 200, {.t = 2 * kMs, .in = 6, .out = 14});
  s.see(1, "GET", 200, {.t = 2 * kMs, .out = 14});
  CHECK(s[R"(http_requests_total{handler="/",method="GET",status="2xx"})"] == "2");
  CHECK(s[R"(http_request_size_bytes_sum{handler="/"})"] == "6");
  CHECK(s[R"(http_request_size_bytes_count{handler="/"})"] == "2");
  CHECK(s[R"(http_response_size_bytes_sum{handler="/"})"] == "28");
  CHECK(s["http_request_duration_highr_seconds_sum"] == "0.004");
  CHECK(s[R"(http_request_duration_seconds_sum{handler="/",method="GET"})"] == "0.004");
  CHECK(s[R"(http_request_duration_seconds_bucket{handler="/",method="GET",le="0.1"})"] == "2");
}

TEST_CASE("default: borders are inclusive in both histograms") {
  const Subject s(rules({metric("default")}));
  s.see(1, "GET", 200, {.t = 100 * kMs});
  s.see(1, "GET", 200, {.t = 100 * kMs + 1});
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="0.075"})"] == "0");
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="0.1"})"] == "1");
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="0.25"})"] == "2");
  CHECK(s[R"(http_request_duration_seconds_bucket{handler="/",method="GET",le="0.1"})"] == "1");
  CHECK(s[R"(http_request_duration_seconds_bucket{handler="/",method="GET",le="0.5"})"] == "2");
}

TEST_CASE("default: labels, several handlers, methods and statuses") {
  const Subject s(rules({metric("default")}));
  s.see(2, "GET", 200);
  s.see(2, "GET", 201);
  s.see(2, "GET", 404);
  s.see(2, "PATCH", 405);
  s.see(0, "GET", 404);
  s.see(0, "FOO", 599);
  s.see(0, "get", 100);
  s.see(1, "HEAD", 304);
  CHECK(s[R"(http_requests_total{handler="/items/{item_id}",method="GET",status="2xx"})"] == "2");
  CHECK(s[R"(http_requests_total{handler="/items/{item_id}",method="GET",status="4xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="/items/{item_id}",method="PATCH",status="4xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="none",method="GET",status="4xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="none",method="other",status="5xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="none",method="other",status="1xx"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="/",method="HEAD",status="3xx"})"] == "1");
  CHECK(s[R"(http_request_size_bytes_count{handler="/items/{item_id}"})"] == "4");
  CHECK(s[R"(http_response_size_bytes_count{handler="none"})"] == "3");
  CHECK_FALSE(s.has_text("highr_seconds_count{"));
}

TEST_CASE("default: C33 and C34, only_2xx_for_highr") {
  const bool only = GENERATE(true, false);
  auto spec = metric("default");
  spec.only_2xx_for_highr = only;
  const Subject s(rules({spec}));
  s.see(0, "GET", 404, {.t = kMs, .in = 6});
  s.see(0, "GET", 304, {.t = kMs});
  CAPTURE(only);
  CHECK(s["http_request_duration_highr_seconds_count"] == (only ? "0" : "2"));
  CHECK(s[R"(http_request_duration_seconds_count{handler="none",method="GET"})"] == "2");
  s.see(0, "GET", 299, {.t = kMs});
  CHECK(s["http_request_duration_highr_seconds_count"] == (only ? "1" : "3"));
}

TEST_CASE("default: only_2xx_for_highr with ungrouped status") {
  auto spec = metric("default");
  spec.only_2xx_for_highr = true;
  auto file = rules({spec});
  file.options.group_status_codes = false;
  const Subject s(file);
  s.see(1, "GET", 204, {.t = kMs});
  s.see(1, "GET", 199, {.t = kMs});
  CHECK(s["http_request_duration_highr_seconds_count"] == "1");
  CHECK(s[R"(http_requests_total{handler="/",method="GET",status="204"})"] == "1");
  CHECK(s[R"(http_requests_total{handler="/",method="GET",status="199"})"] == "1");
}

TEST_CASE("default: C36, exclude_streaming_duration takes the time to the first byte") {
  auto spec = metric("default");
  spec.exclude_streaming_duration = true;
  const Subject s(rules({spec}));
  s.see(1, "GET", 200, {.t = 500 * kMs, .h = 100 * kMs});
  s.see(1, "GET", 200, {.t = 500 * kMs});  // no such time on this line: not observed
  CHECK(s[R"(http_request_duration_seconds_sum{handler="/",method="GET"})"] == "0.1");
  CHECK(s[R"(http_request_duration_seconds_count{handler="/",method="GET"})"] == "1");
  CHECK(s["http_request_duration_highr_seconds_sum"] == "0.1");
  CHECK(s[R"(http_requests_total{handler="/",method="GET",status="2xx"})"] == "2");
}

TEST_CASE("default: C37, static labels are on every family, sorted in") {
  auto file = rules({metric("default"), metric("inprogress")});
  file.labels = {{"zone", "a"}, {"a_custom_label", "a_custom_value"}, {"instance_group", "i\"x"}};
  const Subject s(file);
  s.see(1, "GET", 200, {.in = 3});
  s.see(1, "GET", 200, {.t = 0});
  const std::string front = R"(a_custom_label="a_custom_value",)";
  const std::string tail = R"(instance_group="i"x",zone="a")";
  CHECK(s["http_requests_total{" + front +
          R"(handler="/",instance_group="i"x",method="GET",status="2xx",zone="a"})"] == "2");
  CHECK(s["http_request_size_bytes_sum{" + front + R"(handler="/",)" + tail + "}"] == "3");
  CHECK(s["http_request_duration_highr_seconds_count{" + front + tail + "}"] == "1");
  CHECK(s["http_requests_inprogress{" + front + tail + "}"] == "0");
}

TEST_CASE("default: C40, namespace and subsystem prefix every family") {
  auto file = rules({metric("default"), metric("inprogress")});
  file.name_space = "namespace";
  file.subsystem = "example";
  const Subject s(file);
  for (const model::Family& f : s.store->snapshot()) CHECK(f.name.starts_with("namespace_example_http_re"));
  CHECK(s[R"(namespace_example_http_request_duration_highr_seconds_bucket{le="0.01"})"] == "0");
  CHECK(s["namespace_example_http_requests_inprogress"] == "0");
}

TEST_CASE("default: own prefix instead of the file's") {
  auto spec = metric("default");
  spec.name_space = "";
  spec.subsystem = "x";
  auto file = rules({spec});
  file.name_space = "a";
  file.subsystem = "b";
  CHECK(Subject(file).store->snapshot()[0].name == "x_http_requests_total");
}

TEST_CASE("default: buckets, +Inf may be written") {
  auto spec = metric("default");
  spec.highr_buckets = buckets({0.1, 0.2, 5});
  spec.lowr_buckets = buckets({0.25, 2.5, 25, std::numeric_limits<double>::infinity()});
  const Subject s(rules({spec}));
  s.see(1, "GET", 200, {.t = 200 * kMs});
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="0.1"})"] == "0");
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="0.2"})"] == "1");
  CHECK(s[R"(http_request_duration_seconds_bucket{handler="/",method="GET",le="25"})"] == "1");
  CHECK(s.store->snapshot()[4].bounds == std::vector<double>{0.25, 2.5, 25});
}

TEST_CASE("default: an unknown duration is not observed, an absent size is 0") {
  const Subject s(rules({metric("default")}));
  s.see(1, "GET", 200);
  CHECK(s["http_request_duration_highr_seconds_count"] == "0");
  CHECK_FALSE(s.has_text("http_request_duration_seconds_count"));
  CHECK(s[R"(http_request_size_bytes_count{handler="/"})"] == "1");
  CHECK(s[R"(http_request_size_bytes_sum{handler="/"})"] == "0");
  CHECK(s[R"(http_response_size_bytes_sum{handler="/"})"] == "0");
}

TEST_CASE("default: families of a field that the format lacks are absent, with a note each") {
  using F = model::Field;
  struct Row {
    model::FieldSet available;
    std::vector<std::string> families;
    std::vector<std::string> notes;
  };
  const std::string duration = ": the format has no duration; log $request_time";
  const std::string in = ": the format has no request size; log $content_length";
  const std::string out = ": the format has no response size; log $upstream_http_content_length";
  const std::vector<Row> rows = {
      {{},
       {"http_requests_total"},
       {"http_request_size_bytes" + in, "http_response_size_bytes" + out,
        "http_request_duration_highr_seconds" + duration, "http_request_duration_seconds" + duration}},
      {fields({F::kResponseSize}),
       {"http_requests_total", "http_response_size_bytes"},
       {"http_request_size_bytes" + in, "http_request_duration_highr_seconds" + duration,
        "http_request_duration_seconds" + duration}},
      {fields({F::kDuration, F::kRequestSize}),
       {"http_requests_total", "http_request_size_bytes", "http_request_duration_highr_seconds",
        "http_request_duration_seconds"},
       {"http_response_size_bytes" + out}},
  };
  for (const Row& row : rows) {
    const Subject s(rules({metric("default")}), row.available);
    CHECK(s.notes == row.notes);
    s.see(1, "GET", 200, {.t = kMs, .in = 1, .out = 2});
    std::vector<std::string> families;
    for (const model::Family& f : s.store->snapshot()) families.push_back(f.name);
    CHECK(families == row.families);
    CHECK(s[R"(http_requests_total{handler="/",method="GET",status="2xx"})"] == "1");
  }
}

TEST_CASE("default: rounding comes before bucketing") {
  auto file = rules({metric("default")});
  file.options.round_latency_decimals = 2;
  const Subject s(file);
  s.see(1, "GET", 200, {.t = 11 * kMs});
  s.see(1, "GET", 200, {.t = 60'001 * kMs});
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="0.01"})"] == "1");
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="60"})"] == "2");
  CHECK(s["http_request_duration_highr_seconds_sum"] == "60.01");
}

TEST_CASE("default: sums beyond 64 bits are exact") {
  const Subject s(rules({metric("default")}));
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  for (int i = 0; i < 3; ++i) s.see(1, "GET", 200, {.t = kMax, .in = kMax, .out = kMax});
  CHECK(s[R"(http_request_size_bytes_sum{handler="/"})"] == "55340232221128654845");
  CHECK(s[R"(http_response_size_bytes_sum{handler="/"})"] == "55340232221128654845");
  CHECK(s["http_request_duration_highr_seconds_sum"] == "55340232221.128654845");
  CHECK(s[R"(http_request_duration_highr_seconds_bucket{le="+Inf"})"] == "3");
}

}  // namespace
}  // namespace routemeter::metric

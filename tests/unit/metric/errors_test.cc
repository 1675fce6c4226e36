// SPDX-License-Identifier: Apache-2.0
// What a rule file's metrics can be refused for: place, message, hint.
#include <catch2/catch.hpp>

#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

std::vector<std::string> messages(const Subject& s) {
  std::vector<std::string> all;
  for (const util::Diagnostic& d : s.errors) {
    all.push_back(std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + " " + d.message +
                  (d.hint.empty() ? "" : " | " + d.hint));
  }
  return all;
}

using Messages = std::vector<std::string>;
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("errors: clashing families") {
  auto named = [](const char* kind, int line, const char* name) {
    auto spec = metric(kind, line);
    spec.name = name;
    spec.name_at = {line, 20};
    return spec;
  };
  struct Row {
    std::vector<model::MetricSpec> metrics;
    Messages messages;
  };
  const std::vector<Row> rows = {
      {{metric("latency", 3), metric("default", 4)},
       {"4:5 'default' and 'latency' (line 3) both expose a metric of this name: "
        "'http_request_duration_seconds' | "
        "give 'latency' (line 3) a 'name:' of its own"}},
      {{metric("default", 3), metric("latency", 4), metric("requests", 5)},
       {"4:5 'latency' and 'default' (line 3) both expose a metric of this name: "
        "'http_request_duration_seconds' | "
        "give this 'latency' a 'name:' of its own",
        "5:5 'requests' and 'default' (line 3) both expose a metric of this name: 'http_requests_total' | "
        "give this "
        "'requests' a 'name:' of its own"}},
      {{metric("default", 3), metric("default", 4)},
       {"4:5 'default' and 'default' (line 3) both expose a metric of this name: 'http_requests_total', "
        "'http_request_size_bytes', 'http_response_size_bytes', 'http_request_duration_highr_seconds', "
        "'http_request_duration_seconds' | list 'default' once"}},
      {{metric("requests", 3), metric("requests", 4)},
       {"4:5 'requests' and 'requests' (line 3) both expose a metric of this name: 'http_requests_total' | "
        "give one "
        "of the two a 'name:' of its own"}},
      {{metric("latency", 3), named("inprogress", 4, "http_request_duration_seconds_bucket")},
       {"4:5 'inprogress' and 'latency' (line 3) both expose a metric of this name: "
        "'http_request_duration_seconds_bucket' (beside 'http_request_duration_seconds') | give one of the "
        "two a "
        "'name:' of its own"}},
      {{named("inprogress", 3, "x_count"), named("request_size", 4, "x")},
       {"4:5 'request_size' and 'inprogress' (line 3) both expose a metric of this name: 'x' (beside "
        "'x_count') | "
        "give one of the two a 'name:' of its own"}},
      {{named("inprogress", 3, "x"), named("requests", 4, "x")},
       {"4:5 'requests' and 'inprogress' (line 3) both expose a metric of this name: 'x_total' (beside 'x') "
        "| give "
        "one of the two a 'name:' of its own"}},
      {{named("requests", 3, "routemeter_hits")},
       {"3:20 'routemeter_hits_total' begins with 'routemeter_', the prefix of routemeter's own metrics | "
        "give it "
        "another 'name:', or the file another 'namespace:'"}},
  };
  for (const Row& row : rows) {
    CHECK(messages(Subject(rules(row.metrics))) == row.messages);
    // The same, whatever the format has.
    CHECK(messages(Subject(rules(row.metrics), {})) == row.messages);
  }
}

TEST_CASE("all six single metrics together are no clash (C53)") {
  const Subject s(rules({metric("latency"), metric("requests"), metric("request_size"),
                         metric("response_size"), metric("combined_size"), metric("inprogress")}));
  CHECK(messages(s).empty());
  CHECK(s.store->snapshot().size() == 6);
}

TEST_CASE("errors: buckets") {
  struct Row {
    std::vector<model::Bucket> written;
    Messages messages;
  };
  const std::string none =
      "'buckets' needs a border below +Inf | write borders in seconds, or leave the key out for the default "
      "ones";
  const std::vector<Row> rows = {
      {buckets({2, 1}), {"9:2 bucket border '1.0' is below the one before it | sort the borders upwards"}},
      {buckets({1, 1}), {"9:2 bucket border '1.0' is there twice | remove one of them"}},
      {buckets({1, kInf, 2}),
       {"9:3 bucket border '2.0' is below the one before it | sort the borders upwards"}},
      {buckets({kInf, kInf}), {"9:2 bucket border '+Inf' is there twice | remove one of them"}},
      {buckets({kInf}), {"9:1 " + none}},
      {buckets({}), {"1:5 " + none}},
      {buckets({-1, 1}), {"9:1 a bucket border below 0 | durations are never negative"}},
      {buckets({kNan, -kInf}),
       {"9:1 a bucket border is a number, not 'NaN' | write seconds, such as 0.25, or +Inf at the end",
        "9:2 a bucket border below 0 | durations are never negative"}},
  };
  for (const Row& row : rows) {
    auto spec = metric("latency");
    spec.buckets = row.written;
    CHECK(messages(Subject(rules({spec}))) == row.messages);
  }
  auto many = metric("latency");
  many.buckets.emplace();
  for (int i = 1; i <= 1001; ++i) many.buckets->push_back({static_cast<double>(i), {9, 1}});
  CHECK(messages(Subject(rules({many}))) == Messages{"9:1 more than 1000 buckets"});
  many.buckets->pop_back();
  CHECK(messages(Subject(rules({many}))).empty());
}

TEST_CASE("errors: exclude_streaming_duration without the time to first byte") {
  for (const char* kind : {"latency", "default"}) {
    auto spec = metric(kind);
    spec.exclude_streaming_duration = true;
    spec.exclude_streaming_at = {7, 9};
    CHECK(messages(Subject(rules({spec}), fields({model::Field::kDuration}))) ==
          Messages{"7:9 exclude_streaming_duration needs the time to first byte, which the format does not "
                   "have | log "
                   "$upstream_header_time, or name the field in 'fields: {time_to_first_byte: ...}'"});
    CHECK(messages(Subject(rules({spec}), fields({model::Field::kTimeToFirstByte}))).empty());
  }
}

TEST_CASE("errors: names and labels of metrics") {
  auto spec = metric("requests", 4);
  spec.name = "my-hits";
  spec.name_at = {4, 22};
  spec.labels = std::vector<std::string>{"handler", "code", "handler"};
  spec.help = "\xFF";
  auto gauge = metric("inprogress", 5);
  gauge.labels = std::vector<std::string>{"handler", "status"};
  auto prefixed = metric("latency", 6);
  prefixed.name_space = "9";
  CHECK(messages(Subject(rules({prefixed, gauge, spec, metric("latencies", 8)}))) ==
        Messages{
            "4:5 the help text is not valid UTF-8",
            "4:5 'requests' has no label 'code' | choose from handler, method, status",
            "4:5 label 'handler' is listed twice",
            "4:22 'my-hits' is not a metric name | write letters, digits and '_', not beginning with a digit",
            "5:5 'inprogress' has no label 'status' | choose from handler, method",
            "6:5 '9' is not a metric name | write letters, digits and '_', not beginning with a digit",
            "8:5 there is no metric 'latencies' | choose from default latency requests request_size "
            "response_size combined_size inprogress"});
}

TEST_CASE("errors: options of another metric") {
  auto full = [](const char* kind) {
    auto spec = metric(kind);
    spec.exclude_streaming_at = {2, 2};
    spec.name = "a";
    spec.name_at = {3, 3};
    spec.help = "b";
    spec.labels.emplace();
    spec.buckets = buckets({1});
    spec.highr_buckets = buckets({1});
    spec.lowr_buckets = buckets({1});
    spec.only_2xx_for_highr = true;
    spec.exclude_streaming_duration = true;
    return spec;
  };
  CHECK(messages(Subject(rules({full("default")}))) ==
        Messages{"1:5 'default' has no option 'help' | remove it",
                 "1:5 'default' has no option 'buckets' | remove it",
                 "1:5 'default' has no option 'labels' | remove it",
                 "3:3 'default' has no option 'name' | remove it"});
  CHECK(messages(Subject(rules({full("latency")}))) ==
        Messages{"1:5 'latency' has no option 'only_2xx_for_highr' | remove it",
                 "1:5 'latency' has no option 'highr_buckets' | remove it",
                 "1:5 'latency' has no option 'lowr_buckets' | remove it"});
  for (const std::string kind :
       {"requests", "request_size", "response_size", "combined_size", "inprogress"}) {
    CHECK(messages(Subject(rules({full(kind.c_str())}))) ==
          Messages{"1:5 '" + kind + "' has no option 'only_2xx_for_highr' | remove it",
                   "1:5 '" + kind + "' has no option 'highr_buckets' | remove it",
                   "1:5 '" + kind + "' has no option 'lowr_buckets' | remove it",
                   "1:5 '" + kind + "' has no option 'buckets' | remove it",
                   "2:2 '" + kind + "' has no option 'exclude_streaming_duration' | remove it"});
  }
}

TEST_CASE("errors: namespace and static labels") {
  auto file = rules({metric("default", 20)});
  file.namespace_at = {2, 1};
  file.labels_at = {3, 1};
  file.lines = {"version: 1", "namespace: my-project", "labels:"};
  file.name_space = "my-project";
  file.labels = {{"le", "1"},     {"__x", "1"}, {"method", "1"}, {"a-b", "1"},
                 {"ok", "\xC3("}, {"ok", "2"},  {"fine", "\n"}};
  const Subject s(file);
  CHECK(
      messages(s) ==
      Messages{
          "2:1 'my-project' is not a metric name | write letters, digits and '_', not beginning with a digit",
          "3:1 the label 'le' is set by routemeter itself | choose another name",
          "3:1 label names beginning with '__' are reserved to Prometheus | choose another name",
          "3:1 the label 'method' is set by routemeter itself | choose another name",
          "3:1 'a-b' is not a label name | write letters, digits and '_', not beginning with a digit",
          "3:1 the value of label 'ok' is not valid UTF-8", "3:1 label 'ok' is listed twice"});
  CHECK(s.errors.front().file == "r.yaml");
  CHECK(s.errors.front().source_line == "namespace: my-project");

  file = rules({metric("default", 20)});
  file.subsystem = "9";
  CHECK(Subject(file).errors.size() == 1);
  file.name_space = "a";
  CHECK(Subject(file).errors.size() == 1);
  file.subsystem = "b9";
  CHECK(Subject(file).errors.empty());
  file.name_space = "routemeter";
  CHECK(Subject(file).errors.size() == 5);
}

}  // namespace
}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "expose/text/parse.h"
#include "expose/text/text.h"

using routemeter::expose::Dialect;
using routemeter::expose::parse_text;
using routemeter::expose::to_page;
using routemeter::model::Family;
using routemeter::model::MetricType;
using routemeter::model::Sample;
using routemeter::model::Snapshot;

namespace {

Family family(const std::string& name, MetricType type, const std::string& unit, Sample sample) {
  Family out;
  out.name = name;
  out.help = "Say \"" + name + "\" with \\ and\nnewline.";
  out.type = type;
  out.unit = unit;
  out.label_names = {"handler"};
  sample.label_values = {"/"};
  out.samples = {std::move(sample)};
  return out;
}

Snapshot snapshot() {
  Sample sample;
  sample.count = 6;
  sample.sum = 1'500'000'000;
  Snapshot out;
  out.push_back(family("http_requests_total", MetricType::kCounter, "", sample));
  out.push_back(family("http_time_seconds_total", MetricType::kCounter, "seconds", sample));
  out.push_back(family("http_size_bytes", MetricType::kSummary, "bytes", sample));
  out.push_back(family("routemeter_lag_bytes", MetricType::kGauge, "bytes", sample));
  sample.buckets = {1, 2, 3};
  out.push_back(family("http_duration_seconds", MetricType::kHistogram, "seconds", sample));
  out.back().decimals = 9;
  out.back().bounds = {0.5, 1};
  for (Family& each : out) each.created = 1700000000.25;
  out.push_back(family("http_duration", MetricType::kHistogram, "seconds", sample));
  out.back().bounds = {0.5, 1};
  out.push_back(family("odd", MetricType::kCounter, "", sample));
  return out;
}

// What a command says about a page that it gets on its standard input, "" for nothing.
std::string said(const std::string& command, const std::string& page) {
  char path[] = "/tmp/routemeter-openmetrics-XXXXXX";
  const int fd = mkstemp(path);
  REQUIRE(fd >= 0);
  std::ofstream(path, std::ios::binary) << page;
  FILE* const pipe = popen((command + " < " + path + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) out += static_cast<char>(c);
  if (pclose(pipe) != 0) out += " (failed)";
  close(fd);
  std::remove(path);
  return out;
}

// Debian: python3-prometheus-client. Its parser checks grouping, suffixes, units, bounds and bucket sums.
const char* const kStrictParser =
    "/usr/bin/python3 -c 'import sys; from prometheus_client.openmetrics import parser; "
    "list(parser.text_fd_to_metric_families(sys.stdin))'";

}  // namespace

TEST_CASE("every type of family in OpenMetrics") {
  const std::string help = " with \\\\ and\\nnewline.\n";
  CHECK(to_page(snapshot(), Dialect::kOpenMetrics) ==
        "# HELP http_requests Say \\\"http_requests_total\\\"" + help +
            "# TYPE http_requests counter\n"
            "http_requests_total{handler=\"/\"} 6\n"
            "http_requests_created{handler=\"/\"} 1700000000.25\n"
            "# HELP http_time_seconds Say \\\"http_time_seconds_total\\\"" +
            help +
            "# TYPE http_time_seconds counter\n"
            "# UNIT http_time_seconds seconds\n"
            "http_time_seconds_total{handler=\"/\"} 6\n"
            "http_time_seconds_created{handler=\"/\"} 1700000000.25\n"
            "# HELP http_size_bytes Say \\\"http_size_bytes\\\"" +
            help +
            "# TYPE http_size_bytes summary\n"
            "# UNIT http_size_bytes bytes\n"
            "http_size_bytes_count{handler=\"/\"} 6\n"
            "http_size_bytes_sum{handler=\"/\"} 1500000000\n"
            "http_size_bytes_created{handler=\"/\"} 1700000000.25\n"
            "# HELP routemeter_lag_bytes Say \\\"routemeter_lag_bytes\\\"" +
            help +
            "# TYPE routemeter_lag_bytes gauge\n"
            "# UNIT routemeter_lag_bytes bytes\n"
            "routemeter_lag_bytes{handler=\"/\"} 6\n"
            "# HELP http_duration_seconds Say \\\"http_duration_seconds\\\"" +
            help +
            "# TYPE http_duration_seconds histogram\n"
            "# UNIT http_duration_seconds seconds\n"
            "http_duration_seconds_bucket{handler=\"/\",le=\"0.5\"} 1\n"
            "http_duration_seconds_bucket{handler=\"/\",le=\"1.0\"} 3\n"
            "http_duration_seconds_bucket{handler=\"/\",le=\"+Inf\"} 6\n"
            "http_duration_seconds_count{handler=\"/\"} 6\n"
            "http_duration_seconds_sum{handler=\"/\"} 1.5\n"
            "http_duration_seconds_created{handler=\"/\"} 1700000000.25\n"
            "# HELP http_duration Say \\\"http_duration\\\"" +
            help +
            "# TYPE http_duration histogram\n"
            "http_duration_bucket{handler=\"/\",le=\"0.5\"} 1\n"
            "http_duration_bucket{handler=\"/\",le=\"1.0\"} 3\n"
            "http_duration_bucket{handler=\"/\",le=\"+Inf\"} 6\n"
            "http_duration_count{handler=\"/\"} 6\n"
            "http_duration_sum{handler=\"/\"} 1500000000\n"
            "# HELP odd Say \\\"odd\\\"" +
            help +
            "# TYPE odd unknown\n"
            "odd{handler=\"/\"} 6\n"
            "# EOF\n");
  CHECK(to_page({}, Dialect::kOpenMetrics) == "# EOF\n");
}

TEST_CASE("the text format has no word of OpenMetrics") {
  const std::string text = to_page(snapshot());
  for (const char* word : {"_created", "# UNIT", "# EOF", "unknown", "# TYPE http_requests counter"}) {
    CHECK(text.find(word) == std::string::npos);
  }
}

TEST_CASE("both dialects carry the same samples") {
  auto text = parse_text(to_page(snapshot()), "text");
  auto other = parse_text(to_page(snapshot(), Dialect::kOpenMetrics), "openmetrics");
  REQUIRE(text);
  REQUIRE(other);
  std::erase_if(*other, [](const auto& sample) { return sample.name.ends_with("_created"); });
  REQUIRE(text->size() == other->size());
  for (std::size_t i = 0; i < text->size(); ++i) {
    CHECK((*text)[i].name == (*other)[i].name);
    CHECK((*text)[i].labels == (*other)[i].labels);
    CHECK((*text)[i].value_text == (*other)[i].value_text);
  }
}

TEST_CASE("a strict OpenMetrics parser has nothing to say") {
  Snapshot page = snapshot();
  Sample hostile;
  hostile.label_values = {"a\xFF\\\"\n\r\x1B\xED\xA0\x80} 5 # {x=\"y\"} 1"};
  hostile.count = 1;
  page[0].samples.push_back(hostile);
  page[3].samples.clear();
  CHECK(said(kStrictParser, to_page(page, Dialect::kOpenMetrics)) == "");
  // It does look: the other dialect has no EOF and calls a counter what is none to OpenMetrics.
  CHECK(said(kStrictParser, to_page(page)).find("ValueError") != std::string::npos);
}

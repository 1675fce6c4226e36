// SPDX-License-Identifier: Apache-2.0
#include "expose/text/text.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "expose/text/page_values.h"
#include "expose/text/parse.h"
#include "util/words.h"

using routemeter::expose::append_decimal;
using routemeter::expose::parse_text;
using routemeter::expose::to_page;
using routemeter::model::Family;
using routemeter::model::MetricType;
using routemeter::model::Sample;
using routemeter::model::Snapshot;
using routemeter::model::Sum;
using routemeter::util::format_float;

namespace {

Sample counted(std::vector<std::string> labels, std::uint64_t count) {
  Sample out;
  out.label_values = std::move(labels);
  out.count = count;
  return out;
}

Family requests_total() {
  Family out;
  out.name = "http_requests_total";
  out.help = "Total number of requests by method, status and handler.";
  out.label_names = {"handler", "method", "status"};
  out.samples = {counted({"/", "GET", "2xx"}, 5), counted({"none", "POST", "4xx"}, 18446744073709551615U)};
  return out;
}

Family duration_seconds() {
  Family out;
  out.name = "http_request_duration_seconds";
  out.help = "Duration.";
  out.type = MetricType::kHistogram;
  out.unit = "seconds";
  out.decimals = 9;
  out.label_names = {"handler", "method"};
  out.bounds = {0.1, 1, 2500000};
  Sample sample = counted({"/", "GET"}, 10);
  sample.buckets = {4, 3, 2, 1};
  sample.sum = 4'000'000;
  out.samples = {sample};
  return out;
}

Family size_bytes() {
  Family out;
  out.name = "http_response_size_bytes";
  out.help = "Size.";
  out.type = MetricType::kSummary;
  out.unit = "bytes";
  out.label_names = {"handler"};
  Sample sample = counted({"/"}, 2);
  sample.sum = static_cast<Sum>(UINT64_MAX) * 2;
  out.samples = {sample};
  return out;
}

Family gauge(const std::string& name, double value) {
  Family out;
  out.name = name;
  out.help = "A gauge.";
  out.type = MetricType::kGauge;
  Sample sample;
  sample.real = value;
  sample.has_real = true;
  out.samples = {sample};
  return out;
}

// The last line of a page with one gauge of that value, behind its name.
std::string shown(double value) {
  const std::string page = to_page({gauge("g", value)});
  const std::size_t line = page.rfind("\ng ") + 3;
  return page.substr(line, page.size() - line - 1);
}

std::string one_label(const std::string& value) {
  Family family;
  family.name = "m_total";
  family.label_names = {"l"};
  family.samples = {counted({value}, 1)};
  const std::string page = to_page({family});
  const std::size_t begin = page.find('{') + 4;
  return page.substr(begin, page.rfind('"') - begin);
}

}  // namespace

TEST_CASE("every type of family in the library's layout") {
  CHECK(to_page({requests_total(), duration_seconds(), size_bytes()}) ==
        "# HELP http_requests_total Total number of requests by method, status and handler.\n"
        "# TYPE http_requests_total counter\n"
        "http_requests_total{handler=\"/\",method=\"GET\",status=\"2xx\"} 5\n"
        "http_requests_total{handler=\"none\",method=\"POST\",status=\"4xx\"} 18446744073709551615\n"
        "# HELP http_request_duration_seconds Duration.\n"
        "# TYPE http_request_duration_seconds histogram\n"
        "http_request_duration_seconds_bucket{handler=\"/\",le=\"0.1\",method=\"GET\"} 4\n"
        "http_request_duration_seconds_bucket{handler=\"/\",le=\"1.0\",method=\"GET\"} 7\n"
        "http_request_duration_seconds_bucket{handler=\"/\",le=\"2.5e+06\",method=\"GET\"} 9\n"
        "http_request_duration_seconds_bucket{handler=\"/\",le=\"+Inf\",method=\"GET\"} 10\n"
        "http_request_duration_seconds_count{handler=\"/\",method=\"GET\"} 10\n"
        "http_request_duration_seconds_sum{handler=\"/\",method=\"GET\"} 0.004\n"
        "# HELP http_response_size_bytes Size.\n"
        "# TYPE http_response_size_bytes summary\n"
        "http_response_size_bytes_count{handler=\"/\"} 2\n"
        "http_response_size_bytes_sum{handler=\"/\"} 36893488147419103230\n");
  CHECK(to_page({}).empty());
}

TEST_CASE("le stands among the labels in alphabetical order") {
  struct Case {
    std::vector<std::string> names;
    std::string labels;
  };
  for (const Case& c :
       {Case{{}, "{le=\"+Inf\"}"}, Case{{"a"}, "{a=\"v\",le=\"+Inf\"}"}, Case{{"z"}, "{le=\"+Inf\",z=\"v\"}"},
        Case{{"a", "z"}, "{a=\"v\",le=\"+Inf\",z=\"v\"}"},
        Case{{"ld", "lf"}, "{ld=\"v\",le=\"+Inf\",lf=\"v\"}"}}) {
    Family family;
    family.name = "h";
    family.type = MetricType::kHistogram;
    family.label_names = c.names;
    family.samples = {counted(std::vector<std::string>(c.names.size(), "v"), 3)};
    family.samples[0].buckets = {3};
    const std::string page = to_page({family});
    INFO(page);
    CHECK(page.find("h_bucket" + c.labels + " 3\n") != std::string::npos);
    CHECK(page.find(c.names.empty() ? "\nh_count 3\n" : "\nh_count{" + c.names[0]) != std::string::npos);
  }
}

TEST_CASE("a family without samples or help") {
  Family family = requests_total();
  family.samples.clear();
  family.help.clear();
  CHECK(to_page({family}) == "# TYPE http_requests_total counter\n");
}

TEST_CASE("label values are escaped and always UTF-8") {
  CHECK(one_label("plain /items/{id}") == "plain /items/{id}");
  CHECK(one_label("") == "");
  CHECK(one_label("a\\b\"c\nd") == "a\\\\b\\\"c\\nd");
  CHECK(one_label("\\") == "\\\\");
  CHECK(one_label("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(one_label("a\xFF"
                  "b") == "a" + bad + "b");
  CHECK(one_label("cut \xE2\x82") == "cut " + bad + bad);
  CHECK(one_label("\xC0\xAF") == bad + bad);                      // overlong
  CHECK(one_label("\xED\xA0\x80") == bad + bad + bad);            // surrogate
  CHECK(one_label("\xF4\x90\x80\x80") == bad + bad + bad + bad);  // beyond U+10FFFF
  CHECK(one_label(std::string("nul\0esc\x1B", 8)) == std::string("nul\0esc\x1B", 8));
}

TEST_CASE("help escapes backslash and newline, not quotes") {
  Family family = requests_total();
  family.samples.clear();
  family.help = "a \"b\"\\ c\nd \xFF";
  CHECK(to_page({family}) ==
        "# HELP http_requests_total a \"b\"\\\\ c\\nd \xEF\xBF\xBD\n# TYPE http_requests_total counter\n");
}

TEST_CASE("bounds as the Python client writes them") {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<double, std::string>> cases = {{0.005, "0.005"},
                                                             {0.1, "0.1"},
                                                             {1, "1.0"},
                                                             {2.5, "2.5"},
                                                             {10, "10.0"},
                                                             {0, "0.0"},
                                                             {0.0001, "0.0001"},
                                                             {0.00001, "1e-05"},
                                                             {999999, "999999.0"},
                                                             {1e6, "1e+06"},
                                                             {1234567, "1.234567e+06"},
                                                             {123456.789, "123456.789"},
                                                             {1e22, "1e+22"},
                                                             {0.1 + 0.2, "0.30000000000000004"},
                                                             {-2, "-2.0"},
                                                             {inf, "+Inf"},
                                                             {-inf, "-Inf"},
                                                             {std::nan(""), "NaN"}};
  for (const auto& [value, text] : cases) CHECK(format_float(value) == text);
}

TEST_CASE("sums are exact decimals without trailing zeros") {
  struct Case {
    Sum value;
    int decimals;
    std::string text;
  };
  const Sum most = ~Sum{0};
  for (const Case& c : {Case{4'000'000, 9, "0.004"}, Case{0, 9, "0"}, Case{0, 0, "0"},
                        Case{1, 9, "0.000000001"}, Case{1'000'000'000, 9, "1"}, Case{1'500'000'000, 9, "1.5"},
                        Case{10, 0, "10"}, Case{999'999'999, 9, "0.999999999"}, Case{100, 1, "10"},
                        Case{Sum{UINT64_MAX}, 0, "18446744073709551615"},
                        Case{Sum{UINT64_MAX} + 1, 9, "18446744073.709551616"},
                        Case{Sum{10'000'000'000'000'000'000U} * 10, 0, "100000000000000000000"},
                        Case{most, 0, "340282366920938463463374607431768211455"},
                        Case{most, 9, "340282366920938463463374607431.768211455"}}) {
    std::string out;
    append_decimal(out, c.value, c.decimals);
    CHECK(out == c.text);
  }
}

TEST_CASE("gauges that are not integers") {
  const std::vector<std::pair<double, std::string>> cases = {
      {1e6, "1000000"},
      {1791234567, "1791234567"},
      {1791234567.25, "1791234567.25"},
      {-3, "-3"},
      {0.5, "0.5"},
      {1e300, "1e+300"},
      {-std::numeric_limits<double>::infinity(), "-Inf"},
      {std::nan(""), "NaN"},
      {std::numeric_limits<double>::denorm_min(), "5e-324"}};
  for (const auto& [value, text] : cases) CHECK(shown(value) == text);
}

TEST_CASE("any label value reads back as it was") {
  // Every byte once, and each of the escapes next to each other.
  std::string ascii;
  for (char c = 1; c != 127; ++c) ascii += c;
  for (const std::string& value : {ascii, std::string("\\n\\\\\"\"\n\n\\"), std::string("}\"} 5 # x")}) {
    Family family;
    family.name = "m_total";
    family.label_names = {"l"};
    family.samples = {counted({value}, 1)};
    const auto samples = parse_text(to_page({family}), "page");
    REQUIRE(samples);
    REQUIRE(samples->size() == 1);
    CHECK((*samples)[0].labels[0].second == value);
  }
}

TEST_CASE("promtool check metrics has nothing to say") {
  Family hostile = requests_total();
  hostile.samples.push_back(counted({"a\xFF\\\"\n\r\x1B\xED\xA0\x80", "GET", "2xx"}, 1));
  hostile.help = "With \\ and \"quotes\"\nand a newline.";
  char path[] = "/tmp/routemeter-text-XXXXXX";
  const int fd = mkstemp(path);
  REQUIRE(fd >= 0);
  std::ofstream(path, std::ios::binary)
      << to_page({hostile, duration_seconds(), size_bytes(),
                  gauge("routemeter_last_scrape_timestamp_seconds", 1791234567.25)});
  const std::string command = std::string("promtool check metrics < ") + path + " 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string said;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) said += static_cast<char>(c);
  const int status = pclose(pipe);
  close(fd);
  std::remove(path);
  INFO("promtool (Debian: prometheus) said: " << said);
  CHECK(status == 0);
  CHECK(said.empty());
}

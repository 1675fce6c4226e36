// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "metric/contract/metric_names.h"
#include "metric/series/label_values.h"
#include "model/method.h"
#include "util/ascii.h"
#include "util/utf8.h"

namespace routemeter::metric {
namespace {

std::string clean(const std::string& raw) {
  LabelBuffer buffer;
  return std::string(clean_label(raw, buffer));
}

TEST_CASE("a label from a log is made harmless") {
  struct Row {
    std::string raw, label;
  };
  const auto row = GENERATE(values<Row>({
      {"/plain", "/plain"},
      {"", ""},
      {"/caf\xC3\xA9/\xE2\x82\xAC/\xF0\x9F\x98\x80", "/caf\xC3\xA9/\xE2\x82\xAC/\xF0\x9F\x98\x80"},
      {"/\"\\", "/\"\\"},
      {"/\xFF", "/\xEF\xBF\xBD"},
      {"/\xC3", "/\xEF\xBF\xBD"},
      {"/\xE2\x82/", "/\xEF\xBF\xBD/"},
      {"/\xC0\xAF", "/\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"/\xED\xA0\x80", "/\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"/\xF4\x90\x80\x80", "/\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {std::string("/\0\n\x1B[31m\x7F", 9), "/\\x00\\x0A\\x1B[31m\\x7F"},
      {"/\xC2\x9B\xC2\xA0", "/\\x9B\xC2\xA0"},
      {std::string(500, 'a'), std::string(128, 'a')},
      {std::string(127, 'a') + "\xC3\xA9", std::string(127, 'a')},
      {std::string(126, 'a') + "\xC3\xA9z", std::string(126, 'a') + "\xC3\xA9"},
      {std::string(125, 'a') + "\x01", std::string(125, 'a')},
      {std::string(127, 'a') + "\xFF", std::string(127, 'a')},
  }));
  CAPTURE(row.raw);
  CHECK(clean(row.raw) == row.label);
}

TEST_CASE("whatever the bytes, the label is valid, short, printable and stable") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 50'000; ++i) {
    std::string raw(random() % 200, ' ');
    for (char& c : raw) c = static_cast<char>(random() % (i % 2 == 0 ? 256 : 0xC4) + (i % 2 == 0 ? 0 : 0x3C));
    const std::string label = clean(raw);
    bool control = false;
    for (const char c : label) control = control || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (util::utf8_valid(label) && label.size() <= 128 && !control && clean(label) == label) continue;
    CAPTURE(raw, label);
    CHECK(util::utf8_valid(label));
    CHECK(label.size() <= 128);
    CHECK_FALSE(control);
    CHECK(clean(label) == label);
  }
}

using model::kMethods;
using model::kUnknownMethod;
using model::method_number;

TEST_CASE("methods are those of RFC 9110, PATCH and QUERY, in their case") {
  for (std::uint32_t i = 0; i < kMethods.size(); ++i) {
    const std::string method(kMethods[i]);
    CAPTURE(method);
    CHECK(method_number(method) == i);
    CHECK(method_number(method + "X") == kUnknownMethod);
    CHECK(method_number(method.substr(0, method.size() - 1)) == kUnknownMethod);
    for (std::size_t at = 0; at < method.size(); ++at) {
      std::string wrong = method;
      wrong[at] = static_cast<char>(wrong[at] | 0x20);
      CHECK(method_number(wrong) == kUnknownMethod);
    }
  }
  for (const char* other : {"", "-", "FOO", "BREW", "PURGE", "REPORT", "PROPFIND", "MKCALENDAR"}) {
    CAPTURE(other);
    CHECK(method_number(other) == kUnknownMethod);
  }
}

TEST_CASE("names") {
  for (const char* good : {"a", "_", "http_requests_total", "A9", "_9"}) CHECK(util::is_name(good));
  for (const char* bad : {"", "9a", "a-b", "a.b", "a:b", "a b", "\xC3\xA9", "a\n"})
    CHECK_FALSE(util::is_name(bad));
  CHECK(full_name("a", "b", "hits") == "a_b_hits");
  CHECK(full_name("a", "", "hits") == "a_hits");
  CHECK(full_name("", "b", "hits") == "b_hits");
  CHECK(full_name("", "", "hits") == "hits");
}

TEST_CASE("lost labels: a request counts once in every family that has one of them") {
  std::mt19937_64 random(11);
  constexpr std::size_t kSubsets = 1U << LabelSubset().size();
  Overflow both;
  Overflow parts[2];
  std::vector<LabelSubset> requests;
  for (int i = 0; i < 1000; ++i) {
    Overflow& part = parts[random() % 2];
    const LabelSubset first = 1 + random() % (kSubsets - 1);
    const LabelSubset second = first | LabelSubset(random() % kSubsets);
    part.add({}, first);
    if (second != first) part.add(first, second & ~first);
    requests.push_back(second);
  }
  for (const Overflow& part : parts) both.add(part);
  for (std::size_t bits = 0; bits < kSubsets; ++bits) {
    const auto lost = std::count_if(requests.begin(), requests.end(), [bits](LabelSubset request) {
      return (request & LabelSubset(bits)).any();
    });
    CHECK(both.of(bits) == static_cast<std::uint64_t>(lost));
  }
}

}  // namespace
}  // namespace routemeter::metric

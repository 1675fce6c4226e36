// SPDX-License-Identifier: Apache-2.0
#include "format/value/fast_numbers.h"

#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "format/value/request_line.h"

// The quick ways against the careful ones.

namespace routemeter::format {
namespace {

std::string random_number(std::mt19937& random) {
  static const std::string kBytes = "0123456789012345678901234567890123456789..--+e/:\xF6 ";
  std::string text(random() % 12, '0');
  for (char& c : text) c = kBytes[random() % kBytes.size()];
  if (random() % 3 == 0) text = std::to_string(random() % 100000);
  if (random() % 3 == 0) {
    const std::string digits = std::to_string(1000 + random() % 1000);
    text = std::to_string(random() % 20000) + "." + digits.substr(1);
  }
  if (random() % 20 == 0) text = "-";
  return text;
}

TEST_CASE("quick numbers: the same as the careful ones") {
  std::mt19937 random(20261126);
  for (int round = 0; round < 200000; ++round) {
    const std::string before(random() % 12, "x9.-\""[random() % 5]);
    const std::string line = before + random_number(random);
    const std::string_view text = std::string_view(line).substr(before.size());
    CAPTURE(line, text);
    std::uint16_t status = 0;
    std::uint16_t quick_code = 0;
    const bool is_status = parse_status(text, status);
    REQUIRE(fast_status(text, line.data(), quick_code) == is_status);
    if (is_status) REQUIRE(quick_code == status);
    std::uint64_t number = 0;
    std::uint64_t quick = 0;
    const Known size = read_size(text, number);
    REQUIRE(fast_size(text, line.data(), quick) == size);
    if (size == Known::kValue) REQUIRE(quick == number);
    for (const model::Unit unit : {model::Unit::kSeconds, model::Unit::kMilliseconds,
                                   model::Unit::kMicroseconds, model::Unit::kNanoseconds}) {
      const Known duration = read_duration_ns(text, unit, number);
      REQUIRE(fast_duration_ns(text, line.data(), unit, quick) == duration);
      if (duration == Known::kValue) REQUIRE(quick == number);
    }
  }
}

/// Two durations, two sizes and a status behind each other, as a scanner would have cut them.
struct Line {
  std::string text = "12345678";
  FieldOffsets::Found points{};
  std::vector<std::string> fields;

  void add(const std::string& field) {
    points[2 * fields.size()] = static_cast<std::uint16_t>(text.size());
    text += field;
    points[2 * fields.size() + 1] = static_cast<std::uint16_t>(text.size());
    text += ' ';
    fields.push_back(field);
  }
};

TEST_CASE("the numbers of a line: every way says what the careful one says, or nothing") {
  using model::Field;
  using model::Request;
  constexpr model::Unit kUnits[] = {model::Unit::kSeconds, model::Unit::kMilliseconds,
                                    model::Unit::kMicroseconds, model::Unit::kNanoseconds};
  std::mt19937 random(20261129);
  for (const model::Unit unit : kUnits) {
    FastNumbers numbers;
    numbers.add(0, *number_field(Field::kDuration), unit);
    numbers.add(2, *number_field(Field::kRequestSize), unit);
    numbers.add(4, *number_field(Field::kTimeToFirstByte), unit);
    numbers.add(6, *number_field(Field::kResponseSize), unit);
    numbers.add_status(8);
    std::size_t quick = 0;
    constexpr std::size_t kLines = 50000;
    for (std::size_t round = 0; round < kLines; ++round) {
      Line line;
      const bool usual = round % 2 == 0;
      for (int i = 0; i < 4; ++i) {
        line.add(usual ? (i % 2 == 0 && unit != model::Unit::kNanoseconds ? "1.234" : "123")
                       : random_number(random));
      }
      line.add(usual || random() % 2 == 0 ? std::to_string(100 + random() % 500) : random_number(random));
      const std::vector<char> exact(line.text.begin(), line.text.end());
      CAPTURE(line.text);
      std::vector<bool> results;
      for (const FastNumbers::Read read : numbers.ways()) {
        Request out;
        results.push_back(read(numbers, exact.data(), line.points, out));
        REQUIRE(results.back() == results.front());
        if (usual) REQUIRE(results.back());
        if (!results.back()) continue;
        std::uint16_t status = 0;
        REQUIRE(parse_status(line.fields[4], status));
        REQUIRE(out.status == status);
        const auto check = [&](Known known, Field field, const std::uint64_t& expected, std::uint64_t found) {
          REQUIRE(known != Known::kBad);
          REQUIRE(out.known.has(field) == (known == Known::kValue));
          if (known == Known::kValue) REQUIRE(found == expected);
        };
        std::uint64_t number = 0;
        check(read_duration_ns(line.fields[0], unit, number), Field::kDuration, number, out.duration_ns);
        check(read_size(line.fields[1], number), Field::kRequestSize, number, out.request_size);
        check(read_duration_ns(line.fields[2], unit, number), Field::kTimeToFirstByte, number,
              out.time_to_first_byte_ns);
        check(read_size(line.fields[3], number), Field::kResponseSize, number, out.response_size);
      }
      quick += results.front() ? 1 : 0;
    }
    CHECK(quick > kLines / 2);
    CHECK(quick < kLines);
  }
}

TEST_CASE("request lines: methods keep their numbers") {
  for (const std::string_view method : model::kMethods) {
    for (const std::string_view end : {" / HTTP/1.1", " /a HTTP/2.0", " /a HTTP/1.0", " /a HTTP/3", " /a"}) {
      std::string line(method);
      line += end;
      CAPTURE(line);
      model::Request out;
      REQUIRE(split_request_line(line, out) == model::Reason::kNone);
      CHECK(out.method == method);
      CHECK(out.target == end.substr(1, end.find(' ', 1) - 1));
      CHECK(model::method_number(out) == model::method_number(method));
    }
    for (const std::string& none : {std::string(method) + '\0', '\0' + std::string(method)}) {
      model::Request out;
      CHECK(split_request_line(none + " / HTTP/1.1", out) == model::Reason::kBadRequest);
      const std::string behind = "12345678" + none;
      CHECK_FALSE(take_method(std::string_view(behind).substr(8), behind.data(), out));
    }
    for (const std::string& other : {std::string(method) + "X", std::string(method.substr(1))}) {
      model::Request out;
      const std::string line = other + " /path HTTP/1.1";
      REQUIRE(split_request_line(line, out) == model::Reason::kNone);
      CHECK(out.method == other);
      CHECK(model::method_number(out) == model::kUnknownMethod);
    }
  }
}

/// A request line: a token, a target of any kind, a protocol.
bool is_request(const std::string& line, std::string& method, std::string& target) {
  const auto trim = [](std::string text) {
    while (!text.empty() && text.front() == ' ') text.erase(0, 1);
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  };
  const std::size_t blank = line.find(' ');
  if (blank == std::string::npos) return false;
  method = line.substr(0, blank);
  target = trim(line.substr(blank + 1));
  const std::size_t last = target.rfind(' ');
  if (last != std::string::npos) {
    if (!is_protocol(target.substr(last + 1))) return false;
    target = trim(target.substr(0, last));
  }
  return is_method(method) && is_target(method, target);
}

TEST_CASE("request lines: the usual ones are no others") {
  std::mt19937 random(20261127);
  const std::string bytes = "GETPOSHADUC /HTP1.20 " + std::string(1, '\0');
  for (int round = 0; round < 200000; ++round) {
    std::string line =
        std::vector<std::string>{"GET / HTTP/1.1", "POST /a/b HTTP/2.0", "CONNECT a:1 HTTP/1.0",
                                 "OPTIONS * HTTP/1.1", "DELETE /a b HTTP/1.1"}[random() % 5];
    for (auto changes = random() % 4; changes > 0 && !line.empty(); --changes) {
      const std::size_t at = random() % line.size();
      if (random() % 2 == 0) line[at] = bytes[random() % bytes.size()];
      if (random() % 4 == 0) line.erase(at, 1);
      if (random() % 4 == 0) line.insert(at, 1, bytes[random() % bytes.size()]);
    }
    std::string method;
    std::string target;
    const bool expected = is_request(line, method, target);
    model::Request out;
    CAPTURE(line);
    REQUIRE((split_request_line(line, out) == model::Reason::kNone) == expected);
    if (!expected) continue;
    REQUIRE(out.method == method);
    REQUIRE(out.target == target);
    REQUIRE(model::method_number(out) == model::method_number(method));
  }
}

}  // namespace
}  // namespace routemeter::format

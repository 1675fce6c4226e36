// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/choose/formats.h"
#include "route/router.h"
#include "tools/doctor/checks.h"

using namespace routemeter;
using doctor::Level;

namespace {

format::FormatPtr make(const std::string& text, std::optional<model::Unit> unit = std::nullopt,
                       const std::string& field = "duration") {
  model::FormatSpec spec;
  spec.text = text;
  if (unit) {
    model::FieldSource source;
    source.name = field;
    source.unit = unit;
    spec.fields[model::Field::kDuration] = source;
  }
  auto made = format::compile(spec, route::compile_capture_regex);
  REQUIRE(made);
  return *made;
}

doctor::Study requests(const std::vector<double>& durations, double first_byte = -1) {
  doctor::Study study;
  for (const double seconds : durations) {
    doctor::RequestNumbers r;
    r.known.add(model::Field::kDuration);
    r.duration_ns = static_cast<std::uint64_t>(seconds * 1e9 + 0.5);
    if (first_byte >= 0) {
      r.known.add(model::Field::kTimeToFirstByte);
      r.time_to_first_byte_ns = static_cast<std::uint64_t>(first_byte * 1e9);
    }
    study.requests.push_back(r);
  }
  return study;
}

std::string told(const format::Format& format, const doctor::Study& study,
                 doctor::Server server = doctor::Server::kOther) {
  doctor::Findings findings;
  doctor::check_numbers(format, study, server, findings);
  std::string out;
  for (const doctor::Finding& f : findings) {
    out += f.code + (f.level == Level::kOk ? " ok" : "") + ": " + f.message;
    for (const std::string& line : f.paste) out += " > " + line;
    out += "\n";
  }
  return out;
}

const std::string kString = "$request $status $request_time";

}  // namespace

TEST_CASE("a median that no application has makes the unit doubtful") {
  const std::vector<double> slow(9, 35);
  const std::vector<double> fast(9, 0.0003);
  const std::vector<double> usual(9, 0.02);
  CHECK(told(*make(kString), requests(usual)).substr(0, 8) == "unit ok:");
  CHECK(told(*make(kString), requests(slow)) ==
        "unit: the median of $request_time is 35, read as seconds: very slow; is it milliseconds? > "
        "fields: {duration: {field: request_time, unit: ms}}\n");
  CHECK(told(*make(kString), requests(fast)).find("divided once too often?") != std::string::npos);
  const std::string regex = R"((?P<request>.*) (?P<status>\d+) (?P<duration>\S+))";
  // 0.3 read as milliseconds: seconds were meant.
  CHECK(told(*make(regex, model::Unit::kMilliseconds), requests(fast)).find("is it seconds?") !=
        std::string::npos);
  // 40000 read as milliseconds: microseconds.
  CHECK(told(*make(regex, model::Unit::kMilliseconds), requests(slow)).find("is it microseconds?") !=
        std::string::npos);
}

TEST_CASE("a few requests, or many zeros, say nothing") {
  CHECK(told(*make(kString), requests({35, 35})).empty());
  CHECK(told(*make(kString), requests({0, 0, 0, 0, 0, 0.001})).substr(0, 8) == "unit ok:");
  CHECK(told(*make(kString), requests({0, 0, 0, 0, 0, 0})).substr(0, 9) == "all-zero:");
}

TEST_CASE("the name of a field may contradict its unit") {
  const std::string regex = R"((?P<request>.*) (?P<status>\d+) (?P<took_ms>\S+))";
  CHECK(told(*make(regex, model::Unit::kSeconds, "took_ms"), requests(std::vector<double>(9, 0.02))) ==
        "unit-by-name: took_ms sounds like milliseconds and is read as seconds > "
        "fields: {duration: {field: took_ms, unit: ms}}\n");
  CHECK(told(*make(regex, model::Unit::kMilliseconds, "took_ms"), requests(std::vector<double>(9, 0.02)))
            .substr(0, 7) == "unit ok");
}

TEST_CASE("whole seconds, and first bytes after the end") {
  CHECK(told(*make("%r %>s %T"), requests({0, 1, 0, 2, 0, 1})).substr(0, 14) == "whole-seconds:");
  const std::string both = "$request $status $request_time $upstream_header_time";
  const std::string late = told(*make(both), requests(std::vector<double>(9, 0.02), 0.05));
  CHECK(late.find("first-byte-after-end: the time to first byte is longer than the duration in 9 of 9") !=
        std::string::npos);
  CHECK(told(*make(both), requests(std::vector<double>(9, 0.02), 0.01)).find("first-byte") ==
        std::string::npos);
}

TEST_CASE("what a program always writes in one unit is not doubted") {
  const auto fast = requests(std::vector<double>(9, 0.00003));
  const std::string regex = R"((?P<request>.*) (?P<status>\d+) (?P<duration>\S+))";
  CHECK(told(*make(regex), fast, doctor::Server::kCaddy).substr(0, 8) == "unit ok:");
  CHECK(told(*make(regex), fast).substr(0, 5) == "unit:");
}

TEST_CASE("the clock") {
  const auto clock = [](const std::vector<double>& times, double now) {
    doctor::Study study;
    study.has_time = true;
    for (const double time : times) {
      study.requests.emplace_back();
      study.requests.back().time = time;
    }
    doctor::Findings findings;
    doctor::check_clock(study, now, findings);
    std::string out;
    for (const doctor::Finding& f : findings) out += f.code + ": " + f.message + "\n";
    return out;
  };
  const double now = 1714557600;
  CHECK(clock({now - 20, now - 10}, now).empty());
  CHECK(clock({now + 7200}, now) == "time-ahead: the last request is 2 hours in the future\n");
  CHECK(clock({now - 86400.0 * 9}, now) == "time-old: the last request is 9 days old\n");
  CHECK(clock({-1, -1}, now).substr(0, 16) == "time-unreadable:");
  CHECK(clock({now - 10, now - 9000, now - 5}, now).substr(0, 15) == "time-goes-back:");
}

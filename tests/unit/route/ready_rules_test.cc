// SPDX-License-Identifier: Apache-2.0
// The rule files in rules/ load, compile, and hold the tests they carry.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "route/router.h"
#include "rules/rule_loader.h"

namespace {

namespace fs = std::filesystem;
namespace route = routemeter::route;
namespace rules = routemeter::rules;
using routemeter::model::RuleFile;
using routemeter::model::RuleTest;

std::vector<fs::path> ready_files() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(fs::path(ROUTEMETER_SOURCE_DIR) / "rules")) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string outcome_of(route::Resolver& resolver, const route::Router& router, const RuleTest& test) {
  routemeter::model::Request request;
  request.method = test.method;
  request.target = test.target;
  request.host = test.host;
  request.status = static_cast<std::uint16_t>(test.status.value_or(200));
  const route::Decision decision = resolver.resolve(request);
  if (decision.outcome == route::Outcome::kExcluded) return "excluded";
  return router.labels().at(decision.label);
}

std::string wanted(const RuleTest& test) {
  if (test.outcome == RuleTest::Outcome::kExcluded) return "excluded";
  return test.outcome == RuleTest::Outcome::kNone ? "none" : test.handler;
}

}  // namespace

TEST_CASE("ready-made rule files load, compile and hold their tests") {
  const std::vector<fs::path> files = ready_files();
  REQUIRE(files.size() >= 8);
  for (const fs::path& path : files) {
    CAPTURE(path.filename().string());
    const auto file = rules::load_rule_file(path.string());
    if (!file) FAIL(routemeter::util::format(file.errors()));
    const auto router = route::compile(*file);
    if (!router) FAIL(routemeter::util::format(router.errors()));
    const auto resolver = route::make_resolver(*router);
    CHECK(file->tests.size() >= 3);
    for (const RuleTest& test : file->tests) {
      CAPTURE(test.text);
      CHECK(outcome_of(*resolver, **router, test) == wanted(test));
    }
  }
}

TEST_CASE("ready-made rule files say what they are for and what to paste") {
  for (const fs::path& path : ready_files()) {
    CAPTURE(path.filename().string());
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    CHECK(text.front() == '#');
    CHECK(text.find("# Use it ") != std::string::npos);
    CHECK(text.find("routemeter serve --rules") != std::string::npos);
  }
}

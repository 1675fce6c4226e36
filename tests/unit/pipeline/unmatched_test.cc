// SPDX-License-Identifier: Apache-2.0
#include "pipeline/unmatched.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace routemeter::pipeline {
namespace {

using Exact = std::map<std::string, std::uint64_t>;

// What must hold after any sequence of calls; `exact` knows the truth.
void check_guarantees(const Unmatched& sketch, const Exact& exact, std::uint64_t total) {
  REQUIRE(sketch.total() == total);
  const auto all = sketch.top(Unmatched::kCounters);
  REQUIRE(all.size() == std::min(exact.size(), Unmatched::kCounters));
  std::uint64_t sum = 0;
  std::map<std::string, Unmatched::Top> by_path;
  for (const auto& top : all) {
    const auto truth = exact.find(top.path);
    REQUIRE(truth != exact.end());
    REQUIRE(by_path.emplace(top.path, top).second);
    CHECK(top.count >= truth->second);
    CHECK(top.count - top.excess <= truth->second);
    CHECK(top.excess <= total / Unmatched::kCounters);
    sum += top.count;
  }
  CHECK(sum == total);
  for (const auto& [path, count] : exact) {
    if (count > total / Unmatched::kCounters) {
      INFO(path << " came " << count << " times of " << total);
      CHECK(by_path.count(path) == 1);
    }
  }
  for (const std::size_t n : {1U, 5U, 20U}) {
    const auto best = sketch.top(n);
    for (const auto& [path, count] : exact) {
      if (count <= total / n + total / Unmatched::kCounters) continue;
      CHECK(std::any_of(best.begin(), best.end(), [&p = path](const auto& top) { return top.path == p; }));
    }
  }
}

std::vector<std::string> paths_of(const std::vector<Unmatched::Top>& tops) {
  std::vector<std::string> out;
  out.reserve(tops.size());
  for (const auto& top : tops) out.push_back(top.path);
  return out;
}

TEST_CASE("few paths are counted exactly") {
  Unmatched sketch;
  CHECK(sketch.top(10).empty());
  for (int i = 0; i < 3; ++i) sketch.add("/b");
  for (int i = 0; i < 5; ++i) sketch.add("/a");
  for (int i = 0; i < 3; ++i) sketch.add("/aa");
  sketch.add("");
  CHECK(paths_of(sketch.top(10)) == std::vector<std::string>{"/a", "/aa", "/b", ""});
  CHECK(paths_of(sketch.top(1)) == std::vector<std::string>{"/a"});
  CHECK(sketch.top(0).empty());
  CHECK(sketch.top(10)[0].count == 5);
  CHECK(sketch.top(10)[0].excess == 0);
  CHECK(sketch.total() == 12);
}

TEST_CASE("what is counted of a target") {
  const std::string long_path(Unmatched::kPathBytes, 'x');
  struct Case {
    std::string target, path;
    bool cut;
  };
  const std::vector<Case> cases = {
      {"/login?user=me&password=secret", "/login", false},
      {"/a#b", "/a", false},
      {"http://me:secret@example.org/a/b?c", "/a/b", false},
      {"http://example.org", "/", false},
      {"?", "", false},
      {"example.org:443", "example.org:443", false},
      {"/caf%C3%A9", "/caf%C3%A9", false},
      {std::string("/\x1b[2J\0\xff", 7), std::string("/\x1b[2J\0\xff", 7), false},
      {long_path, long_path, false},
      {long_path + "?query", long_path, false},
      {long_path + "y", long_path, true},
      // Not inside a character; bytes that are none may be parted anywhere.
      {long_path.substr(1) + "\u00e9", long_path.substr(1), true},
      {long_path.substr(2) + "\u00e9", long_path.substr(2) + "\u00e9", false},
      {long_path.substr(2) + "\u20ac", long_path.substr(2), true},
      {long_path.substr(3) + "\U0001F600", long_path.substr(3), true},
      {long_path.substr(4) + "\U0001F600z", long_path.substr(4) + "\U0001F600", true},
      {long_path.substr(1) + "\xc3(", long_path.substr(1) + "\xc3", true},
      {std::string(200, '\x80'), std::string(Unmatched::kPathBytes, '\x80'), true},
  };
  for (const Case& c : cases) {
    INFO(c.target);
    Unmatched sketch;
    sketch.add(c.target);
    const auto top = sketch.top(1);
    REQUIRE(top.size() == 1);
    CHECK(top[0].path == c.path);
    CHECK(top[0].cut == c.cut);
  }
}

TEST_CASE("paths that agree in what is kept are one, and known to be cut") {
  const std::string start(Unmatched::kPathBytes, 'x');
  Unmatched sketch;
  sketch.add(start);
  CHECK_FALSE(sketch.top(1)[0].cut);
  sketch.add(start + "/1");
  sketch.add(start + "/2");
  REQUIRE(sketch.top(9).size() == 1);
  CHECK(sketch.top(9)[0].cut);
  CHECK(sketch.top(9)[0].count == 3);
}

// Exact counts beside it, on streams of the kinds that logs have. Fixed seeds.
TEST_CASE("guarantees hold on random streams") {
  struct Kind {
    const char* name;
    std::size_t paths;
    double skew;  // 0 = all alike
  };
  const std::vector<Kind> kinds = {{"fewer paths than counters", 100, 0.8},
                                   {"just as many", Unmatched::kCounters, 0},
                                   {"one more", Unmatched::kCounters + 1, 0},
                                   {"a usual site", 5000, 1.1},
                                   {"all alike", 5000, 0}};
  unsigned seed = 1;
  for (const Kind& kind : kinds) {
    INFO(kind.name);
    std::mt19937 random(seed++);
    std::vector<double> weights;
    for (std::size_t i = 0; i < kind.paths; ++i) {
      weights.push_back(1.0 / std::pow(static_cast<double>(i + 1), kind.skew));
    }
    std::discrete_distribution<std::size_t> pick(weights.begin(), weights.end());
    Unmatched sketch;
    Exact exact;
    for (std::uint64_t i = 1; i <= 30000; ++i) {
      // Lengths of all residues modulo the hash's word, some longer than any word.
      const std::size_t n = pick(random);
      const std::string path = "/" + std::string(n % 23, 'p') + std::to_string(n);
      sketch.add(path);
      ++exact[path];
      if (i == 10 || i == 200 || i == 5000) check_guarantees(sketch, exact, i);
    }
    check_guarantees(sketch, exact, 30000);
  }
}

TEST_CASE("a scanner's flood of new paths does not hide what is frequent") {
  Unmatched sketch;
  Exact exact;
  std::uint64_t total = 0;
  const auto add = [&](const std::string& path) {
    sketch.add(path);
    ++exact[path];
    ++total;
  };
  for (int i = 0; i < 20000; ++i) {
    add("/scan/" + std::to_string(i));
    if (i % 10 == 0) add("/real/api");
    if (i % 40 == 0) add("/favicon.ico");
  }
  check_guarantees(sketch, exact, total);
  // By what is sure, the two are ahead of a hundred paths whose counts are mostly excess.
  CHECK(paths_of(sketch.top(2)) == std::vector<std::string>{"/real/api", "/favicon.ico"});
  // Frequent at first, silent ever since, and still there.
  for (int i = 0; i < 2000; ++i) add("/again/" + std::to_string(i));
  check_guarantees(sketch, exact, total);
}

TEST_CASE("counters come and go without losing their way in the hash table") {
  // Each path comes three times in a row, so that every one is found again after its neighbours were erased.
  Unmatched sketch;
  sketch.add(std::string(200, 'x'));
  for (int i = 0; i < 50000; ++i) {
    const std::string path = "/" + std::to_string(i * 7919);
    for (int k = 0; k < 3; ++k) sketch.add(path);
    if (i % 100 != 0) continue;
    const auto best = sketch.top(Unmatched::kCounters);
    REQUIRE(std::any_of(best.begin(), best.end(), [](const auto& top) { return top.cut; }) == (i <= 100));
    const auto it = std::find_if(best.begin(), best.end(), [&](const auto& top) { return top.path == path; });
    REQUIRE(it != best.end());
    REQUIRE(it->count - it->excess == 3);
  }
}

}  // namespace
}  // namespace routemeter::pipeline

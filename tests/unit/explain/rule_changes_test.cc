// SPDX-License-Identifier: Apache-2.0
#include "tools/diff/rule_changes.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace routemeter::explain {
namespace {

std::vector<model::Rule> rules(const std::vector<std::string>& texts) {
  std::vector<model::Rule> out;
  for (const std::string& text : texts) {
    model::Rule rule;
    rule.text = text;
    const std::size_t blank = text.find(' ');
    if (blank != std::string::npos) rule.methods = {text.substr(0, blank)};
    rule.pattern = blank == std::string::npos ? text : text.substr(blank + 1);
    rule.handler = rule.pattern;
    out.push_back(rule);
  }
  return out;
}

// "+/a >/b": the changes in their order, by the text of the rule as it is or was.
std::string changes(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  std::string out;
  for (const RuleChange& change : rule_changes(rules(before), rules(after))) {
    out += (out.empty() ? "" : " ") + std::string(sign_of(change.change));
    out += change.after ? after[*change.after] : before[*change.before];
  }
  return out;
}

TEST_CASE("rule changes") {
  CHECK(changes({"/a", "/b", "/c"}, {"/a", "/b", "/c"}).empty());
  CHECK(changes({}, {"/a"}) == "+/a");
  CHECK(changes({"/a"}, {}) == "-/a");
  CHECK(changes({"/a", "/b", "/c"}, {"/a", "/x", "/c"}) == "-/b +/x");
  CHECK(changes({"/a", "/b", "/c"}, {"/b", "/c"}) == "-/a");
  CHECK(changes({"/a", "/b", "/c"}, {"/c", "/a", "/b"}) == ">/c");
  CHECK(changes({"/a", "/b", "/c"}, {"/b", "/c", "/a"}) == ">/a");
  CHECK(changes({"GET /a", "/b"}, {"POST /a", "/b"}) == "~POST /a");
  CHECK(changes({"/a", "/a"}, {"/a"}) == "-/a");
  CHECK(changes({"GET /a", "POST /a"}, {"POST /a"}) == "-GET /a");
  CHECK(changes({"/a", "/b"}, {"/a", "/c", "/b"}) == "+/c");
}

TEST_CASE("rule changes: applied to the old file they give the new one") {
  std::mt19937 random(3);  // NOLINT: the same files every time
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> before;
    std::vector<std::string> after;
    for (std::vector<std::string>* file : {&before, &after}) {
      for (std::size_t n = random() % 12; n > 0; --n) file->push_back("/" + std::to_string(random() % 9));
    }
    // Without what was removed, moved or added, both have the same rules in the same order.
    std::set<std::size_t> gone;
    std::set<std::size_t> come;
    for (const RuleChange& change : rule_changes(rules(before), rules(after))) {
      if (change.before) gone.insert(*change.before);
      if (change.after) come.insert(*change.after);
      if (change.before && change.after) REQUIRE(before[*change.before] == after[*change.after]);
    }
    std::vector<std::string> rest_before;
    std::vector<std::string> rest_after;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (!gone.contains(i)) rest_before.push_back(before[i]);
    }
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (!come.contains(i)) rest_after.push_back(after[i]);
    }
    REQUIRE(rest_before == rest_after);
  }
}

}  // namespace
}  // namespace routemeter::explain

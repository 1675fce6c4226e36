// SPDX-License-Identifier: Apache-2.0
// What check knows of patterns by itself, against RE2, which route::Probe asks.
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "route/probe.h"
#include "tools/check/language/char_set.h"
#include "tools/check/language/path_language.h"
#include "tools/check/language/path_regex.h"
#include "util/utf8.h"

namespace routemeter::check {
namespace {

model::RuleFile file_of(const std::vector<std::string>& patterns) {
  model::RuleFile file;
  for (const std::string& pattern : patterns) {
    model::Rule rule;
    rule.kind = model::Rule::Kind::kPattern;
    rule.pattern = pattern;
    rule.handler = "h";
    file.routes.push_back(rule);
  }
  return file;
}

PathLanguage language(const std::string& pattern) {
  INFO(pattern);
  const auto tree = parse_path_regex(pattern);
  REQUIRE(tree);
  auto made = PathLanguage::make(*tree);
  REQUIRE(made);
  return std::move(*made);
}

const std::vector<std::string> kUnderstood = {
    "/static/.*",
    "/a",
    "/items/[^/]+/parts/[0-9]+",
    R"(/v1\.0/[a-z]+\.(js|css)?)",
    "^/x$",
    R"(\A/x\z)",
    "^/a|/b$",
    "(?i)/Kiosk/[a-f]+",
    "(?s)/a.b",
    "/(?:a|b(?:c|d)*)+/e{2,4}f{3}g{1,}h?i*?j+?",
    "/(?P<name>[[:alpha:]_]+)-[^[:digit:]/]",
    R"(/[\w.-]+/\d\D\s\S\W)",
    R"(/\x41\x{e9}[\x00-\x1f]?)",
    "/ä[ö-ü]+€.",
    "[]a]/[^]a]/[a-]",
    "/a{,3}/{x}/b{2",
    "/(a|)(|b)()c",
    ".*",
    "(?:)",
    "/a\\/b\\-c\\_",
    "/[a-c[:digit:]x-z]+",
};

// Random patterns of everything above.
std::string random_pattern(std::minstd_rand& random, int depth) {
  static const std::vector<std::string> kAtoms = {"a",     "b",    "/",    "[^/]+", "[ab]",     "[0-9]", ".",
                                                  R"(\.)", "x{2}", "[^a]", "1",     R"([\w-])", "é"};
  std::string out;
  for (std::size_t n = random() % 5; n > 0; --n) {
    if (depth > 0 && random() % 4 == 0) {
      out += "(" + random_pattern(random, depth - 1) + "|" + random_pattern(random, depth - 1) + ")";
    } else {
      out += kAtoms[random() % kAtoms.size()];
      if (out.ends_with('+') || out.ends_with('}')) continue;
    }
    static const std::vector<std::string> kRepeats = {"", "", "", "*", "+", "?", "{1,2}", "+?"};
    out += kRepeats[random() % kRepeats.size()];
  }
  return out;
}

std::string random_text(std::minstd_rand& random) {
  static const std::vector<std::string> kPieces = {"a", "b", "/", "1", ".", "x", "xx", "-", "é", "A"};
  std::string out;
  for (std::size_t n = random() % 7; n > 0; --n) out += kPieces[random() % kPieces.size()];
  return out;
}

}  // namespace

TEST_CASE("what is made from a pattern matches it under RE2") {
  std::minstd_rand random(7);
  std::vector<std::string> patterns = kUnderstood;
  for (int i = 0; i < 400; ++i) patterns.push_back(random_pattern(random, 2));
  const model::RuleFile file = file_of(patterns);
  const route::Probe probe(file);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    CAPTURE(patterns[i]);
    const PathLanguage made = language(patterns[i]);
    const auto shortest = find_uncovered(made, {}).path;
    REQUIRE(shortest);
    CAPTURE(*shortest);
    CHECK(probe.path_matches(i, *shortest));
    for (int n = 0; n < 30; ++n) {
      const std::string member = made.random_member(random);
      CAPTURE(member);
      CHECK(probe.path_matches(i, member));
      CHECK(made.matches(member));
    }
    for (int n = 0; n < 30; ++n) {
      const std::string text = random_text(random);
      CAPTURE(text);
      CHECK(made.matches(text) == probe.path_matches(i, text));
    }
  }
}

TEST_CASE("patterns that only RE2 understands are left to it") {
  for (const char* pattern : {R"(/a\bb)", R"(/\pL+)", R"(/\Qa.b\E)", "(?m)/a", "/a(?i)b", "/(a$|b)c",
                              "(^a)*b", "/a^b", "/x$y", "^*", "/(?i:a)", "(?i)/ä", "/(?U)a+"}) {
    CAPTURE(pattern);
    CHECK_FALSE(parse_path_regex(pattern));
  }
}

TEST_CASE("counted repeats that make a language too large are not followed") {
  const auto tree = parse_path_regex("(?:[a-z]{1,500}/){1,20}");
  REQUIRE(tree);
  CHECK_FALSE(PathLanguage::make(*tree));
}

TEST_CASE("a path that one pattern has and others have not") {
  struct Case {
    std::string pattern;
    std::vector<std::string> others;
    bool covered;
  };
  const std::vector<Case> cases = {
      {"/users/me", {"/users/[^/]+"}, true},
      {"/users/[^/]+", {"/users/me"}, false},
      {"/a/.*", {"/.*"}, true},
      {"/a/.*", {"/a/.+"}, false},
      {"/[0-9]+", {"/[0-4].*", "/[5-9].*"}, true},
      {"/[0-9]+", {"/[0-4].*", "/[6-9].*"}, false},
      {"/(a|b)", {"/a", "/b"}, true},
      {"/[^/]+", {"/a.*", "/[^a]+"}, false},
      {"/[a-c]", {"/[ab]", "/c"}, true},
      {"/x{2,3}", {"/xx", "/xxx"}, true},
      {"/x{2,4}", {"/xx", "/xxx"}, false},
      {"/é", {"/[^a-z]"}, true},
      {"/.*", {"/[^/]*", "/.*/.*"}, true},
      {"[^\\x00-\\x{10FFFF}]", {}, true},
      {"(?i)/k", {"/[kK]"}, false},
      {"(?i)/b", {"/[bB]"}, true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.pattern, c.others);
    std::vector<PathLanguage> made;
    std::vector<const PathLanguage*> others;
    for (const std::string& other : c.others) made.push_back(language(other));
    for (const PathLanguage& other : made) others.push_back(&other);
    const Uncovered found = find_uncovered(language(c.pattern), others);
    CHECK_FALSE(found.gave_up);
    CHECK(found.path.has_value() != c.covered);
    if (!found.path) continue;
    CHECK(language(c.pattern).matches(*found.path));
    for (const PathLanguage& other : made) CHECK_FALSE(other.matches(*found.path));
  }
}

TEST_CASE("a proof of coverage holds under RE2") {
  std::minstd_rand random(11);
  int covered = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::vector<std::string> patterns = {random_pattern(random, 1), random_pattern(random, 1),
                                               random_pattern(random, 1)};
    CAPTURE(patterns);
    const PathLanguage one = language(patterns[0]);
    const PathLanguage two = language(patterns[1]);
    const PathLanguage three = language(patterns[2]);
    const std::vector<const PathLanguage*> others = {&two, &three};
    const Uncovered found = find_uncovered(one, others);
    const model::RuleFile file = file_of(patterns);
    const route::Probe probe(file);
    if (found.path) {
      CHECK(probe.path_matches(0, *found.path));
      CHECK_FALSE(probe.path_matches(1, *found.path));
      CHECK_FALSE(probe.path_matches(2, *found.path));
    } else if (!found.gave_up) {
      ++covered;
      for (int n = 0; n < 20; ++n) {
        const std::string member = one.random_member(random);
        CAPTURE(member);
        CHECK((probe.path_matches(1, member) || probe.path_matches(2, member)));
      }
    }
  }
  CHECK(covered > 50);
}

TEST_CASE("texts that every match contains") {
  const auto texts = [](const char* pattern) { return required_texts(*parse_path_regex(pattern)); };
  CHECK(texts("/api/v1") == std::vector<std::string>{"/api/v1"});
  CHECK(texts("/a[0-9]b?c(d|e)f") == std::vector<std::string>{"/a", "c", "f"});
  CHECK(texts("x(?:ab)+y").front() == "xab");
  CHECK(texts("(?:ab)*").empty());
  CHECK(texts(R"(/\.php)") == std::vector<std::string>{"/.php"});
}

TEST_CASE("characters go into UTF-8 and out of it") {
  for (const char32_t c : {U'a', U'\x7f', U'é', U'€', U'\U0001F600', U'\0'}) {
    std::string text;
    util::append_utf8(text, c);
    std::string_view rest = text;
    CHECK(take_character(rest) == c);
    CHECK(rest.empty());
  }
}

}  // namespace routemeter::check

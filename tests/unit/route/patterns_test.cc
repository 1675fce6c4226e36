// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>
#include <re2/re2.h>

#include "route/pattern/atom_finder.h"
#include "route/pattern/free_patterns.h"

namespace routemeter::route {
namespace {

FreePatterns patterns_of(const std::vector<std::string>& texts, FreePatterns::Where where) {
  FreePatterns patterns;
  for (const std::string& text : texts) {
    CAPTURE(text);
    REQUIRE_FALSE(patterns.add(text, where));
  }
  patterns.freeze();
  return patterns;
}

std::vector<std::uint32_t> candidates(const FreePatterns& patterns, std::string_view path) {
  FreePatterns::Scratch scratch;
  const auto found = patterns.candidates(path, scratch);
  return {found.begin(), found.end()};
}

using Numbers = std::vector<std::uint32_t>;

TEST_CASE("only patterns whose text is in the path are tried") {
  const FreePatterns patterns =
      patterns_of({".*/users/.*", ".*\\.(jpg|png|gif)", "(?i)/Admin/.*", ".*", "/[a-z]+/x", ".*caf\xC3\xA9.*",
                   ".*\xC3\xA9.*", "/(one|two)/(red|blue)"},
                  FreePatterns::Where::kWhole);
  CHECK(candidates(patterns, "/") == Numbers{3, 4, 6});
  CHECK(candidates(patterns, "/x/users/1") == Numbers{0, 3, 4, 6});
  CHECK(candidates(patterns, "/x/USERS/1") == Numbers{0, 3, 4, 6});
  CHECK(candidates(patterns, "/a.png") == Numbers{1, 3, 4, 6});
  CHECK(candidates(patterns, "/ADMIN/") == Numbers{2, 3, 4, 6});
  CHECK(candidates(patterns, "/caf") == Numbers{3, 4, 5, 6});
  CHECK(candidates(patterns, "/two/blues") == Numbers{3, 4, 6, 7});
}

TEST_CASE("characters whose small letter is ASCII do not slip through") {
  // (?i)k takes the Kelvin sign, (?i)s the long s; and both may stand in a pattern themselves.
  const FreePatterns patterns =
      patterns_of({"(?i)/kiosks", "/\xE2\x84\xAAiosks", "/k\\x{17f}abc"}, FreePatterns::Where::kWhole);
  CHECK(patterns.matches(0, "/\xE2\x84\xAAiosks"));
  CHECK(candidates(patterns, "/\xE2\x84\xAAiosks") == Numbers{0, 1});
  CHECK(candidates(patterns, "/KIO\xC5\xBFks") == Numbers{0, 1});
  CHECK(candidates(patterns, "/k\xC5\xBF\x61\x62\x63") == Numbers{2});
  CHECK(patterns.matches(2, "/k\xC5\xBF\x61\x62\x63"));
}

TEST_CASE("a pattern is anchored at both ends, or at none") {
  const FreePatterns whole = patterns_of({"/a|/b"}, FreePatterns::Where::kWhole);
  FreePatterns::Scratch scratch;
  CHECK(whole.any_matches("/a", scratch));
  CHECK_FALSE(whole.any_matches("/ab", scratch));
  CHECK_FALSE(whole.any_matches("x/b", scratch));
  const FreePatterns anywhere = patterns_of({"/metrics", "^/x$"}, FreePatterns::Where::kAnywhere);
  CHECK(anywhere.any_matches("/foo/metrics2", scratch));
  CHECK(anywhere.any_matches("/x", scratch));
  CHECK_FALSE(anywhere.any_matches("/xx", scratch));
  CHECK_FALSE(FreePatterns().any_matches("/x", scratch));
}

TEST_CASE("hundreds of patterns: what is not tried does not match") {
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    texts.push_back("/.*/res" + n + "/.*\\.css");
    texts.push_back(".*\\.ext" + n);
    texts.push_back("(?i)/[a-z]*(alpha" + n + "|beta" + n + ").*");
    texts.push_back("/x" + n + "[0-9]{1,3}");
  }
  const FreePatterns patterns = patterns_of(texts, FreePatterns::Where::kWhole);
  std::mt19937 random(3);  // NOLINT: the same paths every time
  const std::vector<std::string> pieces = {"/a/res", "/res", "/", ".css", ".ext", "/alpha", "/xBETA",
                                           "/x",     "1",    "7", "42",   "9",    "K",      "\xC3\xA9"};
  std::size_t matched = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string path;
    for (auto n = random() % 7; n > 0; --n) path += pieces[random() % pieces.size()];
    FreePatterns::Scratch scratch;
    std::vector<bool> tried(texts.size());
    for (const std::uint32_t i : patterns.candidates(path, scratch)) tried[i] = true;
    for (std::uint32_t i = 0; i < texts.size(); ++i) {
      if (!patterns.matches(i, path)) continue;
      ++matched;
      if (!tried[i]) {
        CAPTURE(path, texts[i]);
        FAIL("left out");
      }
    }
  }
  CHECK(matched > 300);
}

TEST_CASE("atoms are found wherever they stand") {
  AtomFinder finder;
  const std::vector<std::string> atoms = {"abc",   "abcd", "bcd",  "xyzxyz",
                                          "/api/", "aaa",  "aaaa", "longer than eight"};
  for (std::uint32_t i = 0; i < atoms.size(); ++i) finder.add(atoms[i], i);
  finder.freeze();
  std::mt19937 random(4);  // NOLINT
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (auto n = random() % 24; n > 0; --n) text += "abcdxyz/pi "[random() % 11];
    if (round % 5 == 0) text.insert(random() % (text.size() + 1), atoms[random() % atoms.size()]);
    std::string scratch;
    std::vector<std::uint64_t> bits(1);
    finder.find(AtomFinder::fold(text, scratch), bits);
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (text.find(atoms[i]) != std::string::npos) expected |= 1ULL << i;
    }
    CAPTURE(text);
    REQUIRE(bits[0] == expected);
  }
}

TEST_CASE("folding") {
  const auto [text, folded] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"/AZaz@[`{09", "/azaz@[`{09"},
      {"/ABCDEFGHIJKLMNOPQRSTUVWXYZ", "/abcdefghijklmnopqrstuvwxyz"},
      {"\xC3\x89\xC3\x9C", "\xC3\x89\xC3\x9C"},
      {"a\xC5\xBF"
       "B\xE2\x84\xAA"
       "C",
       "asbkc"},
      {"/1234567\xC5\xBF", "/1234567s"},
  }));
  std::string scratch;
  CHECK(AtomFinder::fold(text, scratch) == folded);
}

}  // namespace
}  // namespace routemeter::route

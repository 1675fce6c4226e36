// SPDX-License-Identifier: Apache-2.0
#include "route/pattern/regex.h"

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "unit/route/support.h"

namespace routemeter::route {
namespace {

TEST_CASE("what is wrong with a pattern, and where") {
  const auto [pattern, offset, message] = GENERATE(table<std::string, std::size_t, std::string>({
      {"/a(b", 2, "'(' without ')'"},
      {"/(a)(b(c)", 4, "'(' without ')'"},
      {"/[(](b", 4, "'(' without ')'"},
      {"/\\((b", 3, "'(' without ')'"},
      {"/a)b", 2, "')' without '('"},
      {"/a)(?:b", 2, "')' without '('"},
      {"/[a-", 1, "'[' without ']'"},
      {"/[z-a]", 2, "'z-a' is no character class or range"},
      {"/[[:foo:]]", 2, "'[:foo:]' is no character class or range"},
      {"/a(?=b)", 2, "RE2 has no look-ahead"},
      {"/a(?!b)", 2, "RE2 has no look-ahead"},
      {"/a(?<=b)", 2, "RE2 has no look-behind"},
      {"/a(?<!b)", 2, "RE2 has no look-behind"},
      {"/a(?<n>b)", 2, "RE2 names groups otherwise"},
      {"/a(?>b)", 2, "RE2 has no atomic groups"},
      {"/a(?#b)", 2, "RE2 has no comments in patterns"},
      {"/(a)\\1", 4, "RE2 has no backreferences"},
      {"/\\\\1(a)\\2", 7, "RE2 has no backreferences"},
      {"/(?P<n>a)(?P=n)", 9, "RE2 has no backreferences"},
      {"/\\h", 1, "RE2 does not know the escape '\\h'"},
      {"/a\\Z", 2, "RE2 does not know the escape '\\Z'"},
      {"/a\\", 2, "nothing follows the last '\\'"},
      {"/a{1001}", 2, "RE2 repeats at most 1000 times, nested repetitions multiplied"},
      {"/a++", 2, "RE2 has no possessive repetition"},
      {"/a**", 2, "'**' repeats a repetition"},
      {"*admin*", 0, "'*' has nothing to repeat"},
      {"/a\xFF", 2, "not valid UTF-8"},
      {"/(?P<n", 1, "not a group name: '(?P<n'"},
  }));
  CAPTURE(pattern);
  const auto problem = check_regex(pattern, path_options());
  REQUIRE(problem);
  CHECK(problem->message == message);
  CHECK(problem->offset == offset);
}

TEST_CASE("hints say what to write instead") {
  const auto [pattern, hint] = GENERATE(table<std::string, std::string>({
      {"/(?!api)", "before this one"},
      {"/(?<n>x)", "(?P<name>...)"},
      {"/(a)\\1", "one rule each"},
      {"/a++", "write '+'"},
      {"/a\\Z", "leave it out"},
  }));
  CAPTURE(pattern);
  const auto problem = check_regex(pattern, path_options());
  REQUIRE(problem);
  CHECK(problem->hint.find(hint) != std::string::npos);
}

TEST_CASE("a pattern too large for its memory is an error, not a rule that never matches") {
  const auto compiled =
      compile(testing::rule_file("routes: [{handler: x, pattern: '/(\\pL{1,100}/){1,9}x'}]"));
  REQUIRE_FALSE(compiled);
  CHECK(compiled.errors()[0].message == "pattern too large");
}

TEST_CASE("a whole rule file's patterns: all errors at once, each in its place") {
  const auto compiled = compile(testing::rule_file(R"(
routes:
  - {handler: a, pattern: '/a(b'}
  - GET /fine
  - {handler: b, pattern: "/x\\h"}
  - stop: '/sub(?!x)'
exclude:
  - 'fine'
  - 'ad[min'
)"));
  REQUIRE_FALSE(compiled);
  // Line 6 is written with a YAML escape: the caret stays at the pattern's start.
  CHECK(testing::describe(compiled.errors()) ==
        "4:30: '(' without ')'\n"
        "6:28: RE2 does not know the escape '\\h'\n"
        "7:16: RE2 has no look-ahead\n"
        "10:8: '[' without ']'\n");
  CHECK(compiled.errors()[0].file == "rules.yaml");
  CHECK(compiled.errors()[0].source_line == "  - {handler: a, pattern: '/a(b'}");
}

TEST_CASE("line regexes: groups by name, any bytes, the whole line") {
  auto compiled = compile_capture_regex(R"((?P<method>[A-Z]+) (\S+) (?P<status>\d+)(?: (?P<ms>\d+)ms)?)");
  REQUIRE(compiled);
  const model::CaptureRegex& regex = **compiled;
  CHECK(regex.group_names() == std::vector<std::string>{"method", "", "status", "ms"});
  std::array<std::string_view, 4> groups;
  REQUIRE(regex.match("GET /a\xFF\xC3 200", groups));
  CHECK(groups[0] == "GET");
  CHECK(groups[1] == "/a\xFF\xC3");
  CHECK(groups[2] == "200");
  CHECK(groups[3].data() == nullptr);
  REQUIRE(regex.match("GET / 200 17ms", groups));
  CHECK(groups[3] == "17");
  CHECK_FALSE(regex.match("x GET / 200", groups));
  CHECK_FALSE(regex.match("GET / 200 ", groups));
  CHECK_FALSE(regex.match("", groups));
  std::array<std::string_view, 1> one;
  REQUIRE(regex.match("PUT / 204", one));
  CHECK(one[0] == "PUT");
}

TEST_CASE("a line regex's dot takes any byte") {
  const auto compiled = compile_capture_regex("(?P<all>.*)");
  REQUIRE(compiled);
  std::string line;
  for (int c = 0; c < 256; ++c) line += static_cast<char>(c);
  std::array<std::string_view, 1> groups;
  REQUIRE((*compiled)->match(line, groups));
  CHECK(groups[0] == line);
}

TEST_CASE("a bad line regex is told with the byte as column") {
  const auto compiled = compile_capture_regex("(?P<a>x)(?=y)");
  REQUIRE_FALSE(compiled);
  CHECK(compiled.errors()[0].at.column == 9);
  CHECK(compiled.errors()[0].message == "RE2 has no look-ahead");
  std::string many;
  for (int i = 0; i < 64; ++i) many += "(x)";
  CHECK_FALSE(compile_capture_regex(many));
  CHECK(compile_capture_regex(many.substr(3)));
}

}  // namespace
}  // namespace routemeter::route

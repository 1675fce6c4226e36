// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "format/value/log_escape.h"

namespace routemeter::format {
namespace {

TEST_CASE("escapes are undone as the logger wrote them") {
  using enum EscapeStyle;
  auto [style, text, expected] = GENERATE(table<EscapeStyle, std::string, std::string>({
      {kBackslash, "/plain", "/plain"},
      {kBackslash, "", ""},
      {kBackslash, R"(/a\x22b)", "/a\"b"},
      {kBackslash, R"(\xD0\xb1)", "\xD0\xB1"},
      {kBackslash, R"(/q=\"x\"\\)", "/q=\"x\"\\"},
      {kBackslash, R"(\n\t\r\b\v)", "\n\t\r\b\v"},
      {kBackslash, R"(\x5Cx41)", "\\x41"},
      // What is no escape stays.
      {kBackslash, R"(\q\/\u0041)", R"(\q\/\u0041)"},
      {kBackslash, R"(\x4)", R"(\x4)"},
      {kBackslash, R"(\xZZ)", R"(\xZZ)"},
      {kBackslash, R"(a\)", R"(a\)"},
      {kJson, R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
      {kJson, R"(\u0041\u00e9\u20AC)", "A\xC3\xA9\xE2\x82\xAC"},
      {kJson, R"(\ud83d\ude00)", "\xF0\x9F\x98\x80"},
      {kJson, R"(\ud83d)", "\xEF\xBF\xBD"},
      {kJson, R"(\ud83d\u0041)",
       "\xEF\xBF\xBD"
       "A"},
      {kJson, R"(\ude00)", "\xEF\xBF\xBD"},
      {kJson, R"(\x41\u12)", R"(\x41\u12)"},
      {kNone, R"(\x41\n)", R"(\x41\n)"},
  }));
  CAPTURE(text);
  std::string scratch = "left over";
  CHECK(unescape(text, style, scratch) == expected);
}

TEST_CASE("text without a backslash is not copied") {
  std::string scratch;
  const std::string text = "/items/42";
  CHECK(unescape(text, EscapeStyle::kBackslash, scratch).data() == text.data());
}

TEST_CASE("a NUL byte survives") {
  std::string scratch;
  const std::string_view out = unescape(R"(a\x00b)", EscapeStyle::kBackslash, scratch);
  CHECK(out == std::string("a\0b", 3));
}

}  // namespace
}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#include "util/diagnostic.h"

#include <string>

#include <catch2/catch.hpp>

using routemeter::util::Diagnostic;
using routemeter::util::format;

namespace {

Diagnostic at(int line, int column, std::string source) {
  Diagnostic d;
  d.file = "shop.yaml";
  d.at = {line, column};
  d.message = "no";
  d.source_line = std::move(source);
  return d;
}

}  // namespace

TEST_CASE("a diagnostic shows file, place, message, line, caret and hint") {
  Diagnostic d = at(3, 5, "  - GET x");
  d.hint = "write '/x'";
  CHECK(format(d) == "shop.yaml:3:5: error: no\n  - GET x\n    ^\nhint: write '/x'\n");
  d.severity = routemeter::util::Severity::kWarning;
  d.hint.clear();
  CHECK(format(d) == "shop.yaml:3:5: warning: no\n  - GET x\n    ^\n");
  d.source_line.clear();
  CHECK(format(d) == "shop.yaml:3:5: warning: no\n");
}

TEST_CASE("several diagnostics follow each other") {
  CHECK(format(routemeter::util::Diagnostics{at(1, 1, ""), at(2, 1, "")}) ==
        "shop.yaml:1:1: error: no\nshop.yaml:2:1: error: no\n");
}

TEST_CASE("the caret stays below its byte") {
  struct Row {
    std::string source;
    int column;
    std::string shown;
  };
  const Row rows[] = {
      {"\ta\tb", 4, "\ta\tb\n\t \t^\n"},                // tabs reach the same stops
      {"caf\xC3\xA9 x", 7, "caf\xC3\xA9 x\n     ^\n"},  // two bytes, one column
      {"\xE6\x97\xA5x", 4, "\xE6\x97\xA5x\n  ^\n"},     // wide: two columns
      {"e\xCC\x81x", 4, "e\xCC\x81x\n ^\n"},            // a combining mark has none
      {"\x1B[31mx", 6, "\\x1B[31mx\n        ^\n"},      // escaped: four columns
      {"\xFF\xFEx", 3, "\\xFF\\xFEx\n        ^\n"},     // not UTF-8
      {"ab", 99, "ab\n  ^\n"},                          // beyond the end: at the end
      {"ab", 0, "ab\n^\n"},                             // before the start: at the start
  };
  for (const Row& row : rows) {
    CAPTURE(row.source);
    CHECK(format(at(1, row.column, row.source)) ==
          "shop.yaml:1:" + std::to_string(row.column) + ": error: no\n" + row.shown);
  }
}

TEST_CASE("a long line is cut around the caret, at whole characters") {
  const std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
  CHECK(format(at(1, 501, line)) == "shop.yaml:1:501: error: no\n..." + std::string(80, 'a') + "X" +
                                        std::string(59, 'b') + "...\n" + std::string(83, ' ') + "^\n");
  std::string wide;
  for (int i = 0; i < 200; ++i) wide += "\xE6\x97\xA5";
  // The caret inside a character is at its start, and the cuts are between characters.
  for (const int column : {301, 302, 303}) {
    const std::string shown = format(at(1, column, wide));
    CHECK(shown.find("\\x") == std::string::npos);
    CHECK(shown.size() > 100);
  }
}

TEST_CASE("nothing in a diagnostic reaches the terminal as a control byte") {
  Diagnostic d = at(1, 1, "\x1B]0;owned\x07");
  d.file = "a\nb";
  d.message = "m\x1B";
  d.hint = "h\x7F";
  CHECK(format(d) == "a\\x0Ab:1:1: error: m\\x1B\n\\x1B]0;owned\\x07\n^\nhint: h\\x7F\n");
}

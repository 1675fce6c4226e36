// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "expose/text/parse.h"

using routemeter::expose::compare;
using routemeter::expose::Comparison;

namespace {

using Lines = std::vector<std::string>;

Comparison compared(const std::string& expected, const std::string& actual) {
  auto result = compare(expected, "want.prom", actual);
  if (!result) FAIL(result.errors()[0].message);
  return *result;
}

bool same(const std::string& expected, const std::string& actual) {
  return compared(expected, actual).equal();
}

// "line:column message" of each error in `expected`.
Lines errors_of(const std::string& expected) {
  const auto result = compare(expected, "want.prom", "");
  Lines out;
  if (result) return out;
  for (const auto& error : result.errors()) {
    CHECK(error.file == "want.prom");
    out.push_back(std::to_string(error.at.line) + ":" + std::to_string(error.at.column) + " " +
                  error.message);
  }
  return out;
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("order, comments, spelling and blank lines do not count") {
  CHECK(same("a 1\nb 2\n", "b 2\na 1\n"));
  CHECK(same("# HELP a x\n# TYPE a counter\n\na{x=\"1\",y=\"2\"} 1.0\n# EOF\n", "a{y=\"2\",x=\"1\"} 1"));
  CHECK(same("a{} 1", "a 1"));
  CHECK(same(" a { x = \"1\" , } 1 1395066363000\r\n", "a{x=\"1\"} 1"));
  CHECK(same("a_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 1",
             "a_bucket{le=\"1.0\"} 1\na_bucket{le=\"inf\"} 1"));
  CHECK(same("a_bucket{le=\"1e6\"} 1\n", "a_bucket{le=\"1000000.0\"} 1"));
  CHECK(same("a_total 1 1.5 # {trace_id=\"x\"} 0.5 1.2\n", "a_total 1"));
  CHECK(same("a{l=\"x\\\\y\\\"z\\n\"} 1", "a{l=\"x\\\\y\\\"z\\n\"} 1"));
  CHECK(same("", "# nothing\n"));
}

TEST_CASE("numbers are equal to a relative 1e-9") {
  CHECK(same("a 0.052000000000000005", "a 0.052"));
  CHECK(same("a 1.000009e+06", "a 1000009"));
  CHECK(same("a 1e-20", "a 1.0000000001e-20"));
  CHECK(same("a NaN\nb +Inf\nc -Inf", "a nan\nb Inf\nc -inf"));
  CHECK_FALSE(same("a 1", "a 1.00000001"));
  CHECK_FALSE(same("a 0", "a 1e-12"));
  CHECK_FALSE(same("a 1", "a -1"));
  CHECK_FALSE(same("a +Inf", "a -Inf"));
  CHECK_FALSE(same("a 1", "a NaN"));
  CHECK_FALSE(same("a 1e308", "a +Inf"));
}

TEST_CASE("differences are sorted lines that can be read") {
  const Comparison c = compared(
      "z 1\n"
      "m{h=\"b\"} 5\n"
      "m{h=\"a\"} 1.5\n"
      "d_bucket{le=\"10.0\"} 1\nd_bucket{le=\"2.5\"} 1\nd_bucket{le=\"+Inf\"} 1\n",
      "m{h=\"a\"} 1.5\nm{h=\"b\"} 6\nm{h=\"q\\\"uote\"} 7\nn 0.50\n");
  CHECK(c.removed ==
        Lines{"- d_bucket{le=\"2.5\"} 1", "- d_bucket{le=\"10.0\"} 1", "- d_bucket{le=\"+Inf\"} 1", "- z 1"});
  CHECK(c.added == Lines{"+ m{h=\"q\\\"uote\"} 7", "+ n 0.50"});
  CHECK(c.changed == Lines{"~ m{h=\"b\"} 5 -> 6"});
  CHECK_FALSE(c.equal());
}

TEST_CASE("when a series was created does not count") {
  CHECK(same("a_total 1\na_created 1.7e9\n# EOF\n", "a_total 1\n"));
  CHECK(same("a_created{x=\"1\"} 1\n", "a_created{x=\"1\"} 2\n"));
  CHECK_FALSE(same("_created 1", ""));
}

TEST_CASE("errors say where") {
  CHECK(errors_of("a 1\nb x\n") == Lines{"2:3 not a number: 'x'"});
  CHECK(errors_of("a") == Lines{"1:2 expected a value"});
  CHECK(errors_of("  5") == Lines{"1:3 expected a metric name"});
  CHECK(errors_of("a{b=\"1\" c=\"2\"} 1") == Lines{"1:9 expected ',' or '}' after a label"});
  CHECK(errors_of("a{1=\"1\"} 1") == Lines{"1:3 expected a label name"});
  CHECK(errors_of("a{b:c=\"1\"} 1") == Lines{"1:4 expected '=' after label 'b'"});
  CHECK(errors_of("a{b=1} 1") == Lines{"1:5 expected '\"'"});
  CHECK(errors_of("a{b=\"1} 1") == Lines{"1:5 label value without closing '\"'"});
  CHECK(errors_of("a{b=\"\\x\"} 1") == Lines{"1:6 unknown escape in a label value"});
  CHECK(errors_of("a{b=\"\\") == Lines{"1:6 unknown escape in a label value"});
  CHECK(errors_of("a{") == Lines{"1:3 expected a label name"});
  CHECK(errors_of("a{b=\"1\",b=\"2\"} 1") == Lines{"1:9 label 'b' occurs twice"});
  CHECK(errors_of("a 1 2 3") == Lines{"1:7 expected the end of the line"});
  CHECK(errors_of("a 1 x") == Lines{"1:5 expected a timestamp or the end of the line"});
  CHECK(errors_of("a 1e999") == Lines{"1:3 not a number: '1e999'"});
  CHECK(errors_of("a 1\nb -\nc +-1\n") == Lines{"2:3 not a number: '-'", "3:3 not a number: '+-1'"});
  CHECK(errors_of(std::string("a\0 1", 4)) == Lines{"1:2 not a number: '" + std::string("\0", 1) + "'"});
}

TEST_CASE("a sample that occurs twice is an error with both places") {
  const auto result = compare("a{x=\"1\",y=\"2\"} 1\nb 1\na{y=\"2\",x=\"1\"} 1\n", "want.prom", "");
  REQUIRE_FALSE(result);
  REQUIRE(result.errors().size() == 1);
  const auto& error = result.errors()[0];
  CHECK(error.at.line == 3);
  CHECK(error.message == "sample occurs twice: a{x=\"1\",y=\"2\"}");
  CHECK(error.hint == "the first is in line 1");
}

TEST_CASE("an error shows its line, unless it is very long") {
  const auto shown = compare("good 1\nbad{x} 1\n", "want.prom", "");
  REQUIRE_FALSE(shown);
  CHECK(shown.errors()[0].source_line == "bad{x} 1");
  const auto hidden = compare("bad{x=\"" + std::string(100000, 'y') + "\"} z\n", "want.prom", "");
  REQUIRE_FALSE(hidden);
  CHECK(hidden.errors()[0].source_line.empty());
  CHECK(errors_of(std::string(1000, '-') + "\n").size() == 1);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "-\n";
  CHECK(errors_of(many).size() == 20);
}

TEST_CASE("our own output that does not parse is an error, too") {
  const auto result = compare("a 1", "want.prom", "a x");
  REQUIRE_FALSE(result);
  CHECK(result.errors()[0].file == "(output)");
}

TEST_CASE("every conformance page parses and equals itself only") {
  const std::filesystem::path folder = std::filesystem::path(ROUTEMETER_SOURCE_DIR) / "tests/conformance";
  std::vector<std::string> pages;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".prom") pages.push_back(slurp(entry.path()));
  }
  REQUIRE(pages.size() > 10);
  for (const std::string& page : pages) {
    CHECK(same(page, page));
    CHECK(compared(page, "").removed.size() > 10);
  }
}

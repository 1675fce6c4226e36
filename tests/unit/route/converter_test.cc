// SPDX-License-Identifier: Apache-2.0
// Each row of the table of converters says the same thing in each of its columns.
#include "route/template/converter.h"

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <re2/re2.h>

#include "route/template/template.h"

namespace routemeter::route {
namespace {

std::vector<std::string> texts_near(std::string_view sample) {
  std::vector<std::string> texts = {"",
                                    "0",
                                    "7",
                                    "42",
                                    "007",
                                    "4.2",
                                    "4.",
                                    ".5",
                                    "1.2.3",
                                    "a",
                                    "a1",
                                    "-1",
                                    "/",
                                    "a/b",
                                    "\n",
                                    "1\n",
                                    "\xc3\xa9",
                                    std::string(40, '9'),
                                    std::string(16, '1') + "x"};
  std::mt19937 random(7);
  const std::string_view alphabet = "0123456789abcdefABCDEFg-./_\n";
  for (int i = 0; i < 2000; ++i) {
    std::string text(sample);
    for (auto edits = random() % 3; edits > 0; --edits) {
      const std::size_t at = text.empty() ? 0 : random() % text.size();
      const char c = alphabet[random() % alphabet.size()];
      if (random() % 3 == 0 && !text.empty()) {
        text.erase(at, 1);
      } else if (random() % 2 == 0 && !text.empty()) {
        text[at] = c;
      } else {
        text.insert(at, 1, c);
      }
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

TEST_CASE("a converter's matcher takes what its regex takes") {
  for (const ConverterRow& row : kConverters) {
    const re2::RE2 regex{re2::StringPiece(row.regex.data(), row.regex.size())};
    REQUIRE(regex.ok());
    for (const std::string& text : texts_near(row.sample)) {
      CAPTURE(row.name, text);
      CHECK(takes_text(row.id, text) == re2::RE2::FullMatch(text, regex));
    }
  }
}

TEST_CASE("a converter's sample is taken, its name finds it, and its spellings are templates of it") {
  for (const ConverterRow& row : kConverters) {
    CAPTURE(row.name);
    CHECK(takes_text(row.id, row.sample));
    CHECK(row.spans_segments == (row.sample.find('/') != std::string_view::npos));
    CHECK(converter_of(row.name) == row.id);
    const auto parsed = parse_template("/{x:" + std::string(row.name) + "}");
    REQUIRE(parsed);
    CHECK(parsed->back().converter == row.id);
    for (const std::string_view spelling : row.spellings) {
      if (spelling.empty()) continue;
      const auto simple = simple_pattern("/" + std::string(spelling));
      REQUIRE(simple);
      CHECK(simple->back().converter == row.id);
    }
  }
  CHECK_FALSE(converter_of("integer"));
  CHECK_FALSE(converter_of(""));
}

}  // namespace
}  // namespace routemeter::route

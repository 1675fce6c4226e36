// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "format/line_index.h"

namespace routemeter::format {
namespace {

/// What an index is, byte by byte.
std::vector<std::size_t> places_of(const std::string& line) {
  std::vector<std::size_t> places = {0};
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == '"' || (line[i] == ' ' && !quoted)) places.push_back(i);
  }
  places.push_back(line.size());
  return places;
}

std::vector<std::size_t> places_of(const LineIndex& index) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i <= index.count() + 1; ++i) places.push_back(index[i]);
  return places;
}

TEST_CASE("line index: every way to build finds the quotes, and the blanks outside of quotes") {
  std::mt19937 random(20261124);
  const std::string bytes = "abcdefghijklmnopqrst  \"\"";
  LineIndex index;
  for (const LineIndex::Maker make : LineIndex::makers()) {
    std::size_t built = 0;
    for (int round = 0; round < 20000; ++round) {
      // On the heap and without a byte to spare, so that a sanitizer sees each read beyond the line.
      std::string line(random() % 300, '\0');
      for (char& c : line) c = bytes[random() % (round % 3 == 0 ? bytes.size() : 21)];
      line.shrink_to_fit();
      const auto expected = places_of(line);
      const bool ok = make(line, index);
      CAPTURE(line);
      if (expected.size() - 2 <= 32) REQUIRE(ok);
      if (expected.size() - 2 > LineIndex::kMaxPlaces) REQUIRE_FALSE(ok);
      if (!ok) continue;
      ++built;
      REQUIRE(places_of(index) == expected);
    }
    CHECK(built > 10000);
  }
}

TEST_CASE("line index: what is not indexed") {
  LineIndex index;
  for (const LineIndex::Maker make : LineIndex::makers()) {
    for (const std::size_t at : {0U, 1U, 63U, 64U, 150U, 199U}) {
      std::string line(200, 'x');
      CHECK(make(line, index));
      line[at] = '\\';
      CAPTURE(at);
      CHECK_FALSE(make(line, index));
    }
    CHECK_FALSE(make(std::string(61, ' '), index));
    CHECK_FALSE(make(std::string(1000, '"'), index));
  }
  if (!LineIndex::available()) return;
  CHECK(index.build(std::string(LineIndex::kMaxLine, 'x')));
  CHECK_FALSE(index.build(std::string(LineIndex::kMaxLine + 1, 'x')));
}

}  // namespace
}  // namespace routemeter::format

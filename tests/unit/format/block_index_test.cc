// SPDX-License-Identifier: Apache-2.0
#include "format/contract/block_index.h"

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace routemeter::format {
namespace {

using Kind = BlockIndex::Kind;

/// What an index is, byte by byte.
std::vector<std::uint16_t> places_of(Kind kind, const std::string& text) {
  std::vector<std::uint16_t> places;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (kind == Kind::kJson) {
      if (c == '"' || c == '\\' || c < ' ' || static_cast<unsigned char>(c) >= 0x80) {
        places.push_back(static_cast<std::uint16_t>(i));
      }
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (c == '\n') quoted = false;
    const bool soft = c == ' ' || c == '[' || c == ']';
    if (c == '"' || c == '\n' || c == '\\' || (soft && !quoted))
      places.push_back(static_cast<std::uint16_t>(i));
  }
  return places;
}

std::string random_text(std::mt19937& random, std::size_t size, const std::string& bytes) {
  std::string text(size, '\0');
  for (char& c : text) c = bytes[random() % bytes.size()];
  text.shrink_to_fit();
  return text;
}

TEST_CASE("block index: every way to build finds the same places") {
  std::mt19937 random(20261124);
  for (const BlockIndex::Makers& makers : BlockIndex::makers()) {
    for (int round = 0; round < 3000; ++round) {
      const std::size_t steps = 1 + random() % (BlockIndex::kBytes / BlockIndex::kStep);
      const std::string bytes =
          std::vector<std::string>{"abcdefghijklmnopqrst  \"\"[]\n", "xyz12:*,;<=}\n \"\\", " ", "\"",
                                   "a"}[static_cast<std::size_t>(round % 5)];
      // On the heap and without a byte to spare, so that a sanitizer sees each read beyond the text.
      const std::string text = random_text(random, steps * BlockIndex::kStep, bytes);
      CAPTURE(text);
      for (const Kind kind : {Kind::kText, Kind::kJson}) {
        std::vector<std::uint16_t> found(text.size() + BlockIndex::kStep);
        const BlockIndex::Maker make = kind == Kind::kText ? makers.text : makers.json;
        found.resize(make(text.data(), steps, found.data()));
        REQUIRE(found == places_of(kind, text));
      }
    }
  }
}

TEST_CASE("block index: lines are walked through by their places") {
  if (!BlockIndex::available()) return;
  std::string text = "a b\n\"c d\"\n";
  text.resize(128, 'x');
  BlockIndex index;
  CHECK(index.next(1) == nullptr);
  REQUIRE(index.build(Kind::kText, text.data(), text.size()));
  CHECK_FALSE(index.build(Kind::kText, text.data(), text.size()));  // known
  REQUIRE(index.next(5) != nullptr);
  CHECK(index.next(6) == nullptr);
  const std::uint16_t* places = index.next(2);
  CHECK(static_cast<std::uint16_t>(places[0] + 1) == 0);
  CHECK(places[1] == 1);
  CHECK(places[2] == 3);
  index.advance(2);
  CHECK(index.next(3)[0] == 3);
  CHECK(index.next(3)[1] == 4);
  index.skip_line();
  CHECK(index.next(0)[0] == 9);
  index.skip_line();  // its end is not known
  CHECK(index.base() == nullptr);
  CHECK_FALSE(index.build(Kind::kText, text.data() + 10, 63));  // not a whole step
  REQUIRE(index.build(Kind::kText, text.data() + 10, 64));
  CHECK(index.next(1) == nullptr);
  index.clear();
  CHECK(index.base() == nullptr);
}

}  // namespace
}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#include "util/words.h"

#include <array>
#include <string>

#include <catch2/catch.hpp>

using routemeter::util::nearest;
using routemeter::util::one_of;

TEST_CASE("the nearest word is what was meant, or nothing") {
  constexpr std::array<std::string_view, 4> kWords = {"routes", "exclude", "options", "str"};
  CHECK(nearest("rutes", kWords) == "routes");
  CHECK(nearest("Routes", kWords) == "routes");
  CHECK(nearest("optoins", kWords) == "options");
  CHECK(nearest("excluded", kWords) == "exclude");
  CHECK(nearest("stre", kWords) == "str");
  CHECK(nearest("widgets", kWords).empty());
  CHECK(nearest("", kWords).empty());
  CHECK(nearest(std::string(10000, 'r'), kWords).empty());
}

TEST_CASE("words are listed as people do") {
  constexpr std::array<std::string_view, 3> kWords = {"a", "b", "c"};
  CHECK(one_of(kWords) == "a, b or c");
  CHECK(one_of(std::span(kWords).first(2)) == "a or b");
  CHECK(one_of(std::span(kWords).first(1)) == "a");
  CHECK(one_of({}).empty());
}

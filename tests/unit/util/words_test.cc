// SPDX-License-Identifier: Apache-2.0
#include "util/words.h"

#include <array>
#include <limits>
#include <string>

#include <catch2/catch.hpp>

using routemeter::util::counted;
using routemeter::util::grouped;
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

TEST_CASE("numbers as people read them") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(123456) == "123,456");
  CHECK(grouped(std::numeric_limits<std::uint64_t>::max()) == "18,446,744,073,709,551,615");
  CHECK(grouped(1, "rule", "rules") == "1 rule");
  CHECK(grouped(0, "rule", "rules") == "0 rules");
  CHECK(grouped(1234, "rule") == "1,234 rules");
  CHECK(counted(1234, "rule") == "1234 rules");
  CHECK(counted(1, "rule") == "1 rule");
  CHECK(counted(2, "series", "series") == "2 series");
}

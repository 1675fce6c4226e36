// SPDX-License-Identifier: Apache-2.0
#include "format/scan/field_offsets.h"

#include <random>

#include <catch2/catch.hpp>

namespace routemeter::format {
namespace {

TEST_CASE("field offsets: every way finds the same") {
  std::mt19937 random(20261128);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t most = round % 2 == 0 ? FieldOffsets::kReadable : 100;
    std::vector<std::uint16_t> places(100);
    for (std::uint16_t& place : places) place = static_cast<std::uint16_t>(random());
    FieldOffsets points;
    std::vector<std::uint16_t> expected(random() % (FieldOffsets::kMost + 1));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::size_t place = random() % most;
      const std::size_t offset = random() % 2 == 0 ? random() % 1000 : 0 - random() % 1000;
      REQUIRE(points.add(place, offset) == i);
      expected[i] = static_cast<std::uint16_t>(places[place] + offset);
    }
    REQUIRE(points.finish());
    const auto ways = points.ways();
    REQUIRE_FALSE(ways.empty());
    for (const FieldOffsets::Find way : ways) {
      FieldOffsets::Found found;
      way(points, places.data(), found);
      REQUIRE(std::vector<std::uint16_t>(
                  found.begin(), found.begin() + static_cast<std::ptrdiff_t>(expected.size())) == expected);
    }
  }
}

TEST_CASE("field offsets: not more than there is room for") {
  FieldOffsets points;
  for (std::size_t i = 0; i <= FieldOffsets::kMost; ++i) points.add(1, 1);
  CHECK_FALSE(points.finish());
}

}  // namespace
}  // namespace routemeter::format

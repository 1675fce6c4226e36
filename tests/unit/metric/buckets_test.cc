// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <random>

#include <catch2/catch.hpp>

#include "metric/store/durations.h"

namespace routemeter::metric {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

TEST_CASE("a border is the decimal that was written") {
  struct Row {
    double seconds;
    std::uint64_t ns;
  };
  const auto row = GENERATE(values<Row>({
      {0.1, 100'000'000},
      {0.005, 5'000'000},
      {0.3, 300'000'000},
      {0.07, 70'000'000},
      {1.1, 1'100'000'000},
      {2.675, 2'675'000'000},
      {60, 60'000'000'000},
      {1e6, 1'000'000'000'000'000},
      {0, 0},
      {1e-9, 1},
      {1.5e-9, 1},
      {1e-10, 0},
      {5e-324, 0},
      {123456.789012345678, 123'456'789'012'345},
      {18446744073.0, 18'446'744'073'000'000'000U},
      {18446744074.0, kMax},
      {1e300, kMax},
  }));
  CAPTURE(row.seconds);
  CHECK(decimal_nanoseconds(row.seconds) == row.ns);
}

TEST_CASE("borders are inclusive, to the nanosecond") {
  const Buckets buckets(
      {0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30, 60});
  REQUIRE(buckets.size() == 22);
  for (std::size_t i = 0; i < buckets.seconds().size(); ++i) {
    const std::uint64_t border = decimal_nanoseconds(buckets.seconds()[i]);
    CAPTURE(i, border);
    CHECK(buckets.find(border - 1) == i);
    CHECK(buckets.find(border) == i);
    CHECK(buckets.find(border + 1) == i + 1);
  }
  CHECK(buckets.find(0) == 0);
  CHECK(buckets.find(kMax) == 21);
}

TEST_CASE("the bucket is that of a linear search, for any borders") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> seconds;
    const std::size_t count = 1 + random() % (round % 10 == 0 ? 300 : 20);
    for (std::size_t i = 0; i < count; ++i) {
      // Some sets crowd into one step of the search table, some spread over all magnitudes.
      const std::uint64_t ns = round % 3 == 0 ? 1'000'000'000 + random() % 1000 : random() >> (random() % 64);
      seconds.push_back(static_cast<double>(ns) / 1e9);
    }
    std::sort(seconds.begin(), seconds.end());
    seconds.erase(std::unique(seconds.begin(), seconds.end()), seconds.end());
    const Buckets buckets(seconds);
    std::vector<std::uint64_t> borders;
    for (const double s : seconds) borders.push_back(decimal_nanoseconds(s));
    for (int i = 0; i < 400; ++i) {
      std::uint64_t ns = random() >> (random() % 64);
      if (i % 2 == 0) ns = borders[random() % borders.size()] + random() % 3 - 1;
      std::size_t expected = 0;
      while (expected < borders.size() && ns > borders[expected]) ++expected;
      if (buckets.find(ns) == expected) continue;
      CAPTURE(round, ns);
      CHECK(buckets.find(ns) == expected);
    }
  }
}

}  // namespace
}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <limits>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "metric/store/durations.h"

namespace routemeter::metric {
namespace {

// glibc's printf rounds the double itself, correctly and half to even, as Python's round() does.
std::uint64_t by_printf(std::uint64_t ns, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, static_cast<double>(ns) / 1e9);
  std::string digits = text;
  if (const auto dot = digits.find('.'); dot != std::string::npos) digits.erase(dot, 1);
  digits.append(static_cast<std::size_t>(9 - decimals), '0');
  return std::stoull(digits);
}

void compare(std::uint64_t ns, int decimals) {
  const std::uint64_t ours = Rounding(decimals)(ns);
  const std::uint64_t theirs = by_printf(ns, decimals);
  if (ours == theirs) return;  // a CHECK for each of a million values takes seconds
  CAPTURE(ns, decimals);
  CHECK(ours == theirs);
}

TEST_CASE("rounding is Python's round() of the double") {
  struct Row {
    int decimals;
    std::uint64_t ns, rounded;
  };
  const auto row = GENERATE(values<Row>({
      {2, 45'000'000, 40'000'000},
      {2, 25'000'000, 30'000'000},
      {2, 125'000'000, 120'000'000},
      {2, 375'000'000, 380'000'000},
      {2, 15'000'000, 10'000'000},
      {2, 11'000'000, 10'000'000},
      {2, 60'001'000'000, 60'000'000'000},
      {4, 1'234'567, 1'200'000},
      {0, 500'000'000, 0},
      {0, 1'500'000'000, 2'000'000'000},
      {0, 2'500'000'000, 2'000'000'000},
      {1, 50'000'000, 100'000'000},
      {9, 1'234'567'891, 1'234'567'891},
      {12, 1'234'567'891, 1'234'567'891},
      {-1, 14'999'999'999, 10'000'000'000},
      {-1, 25'000'000'000, 20'000'000'000},
      {-30, 25'000'000'000, 0},
      {3, 0, 0},
  }));
  CAPTURE(row.decimals, row.ns);
  CHECK(Rounding(row.decimals)(row.ns) == row.rounded);
}

TEST_CASE("rounding equals printf on every tie of up to five decimals") {
  for (int decimals = 0; decimals <= 5; ++decimals) {
    std::uint64_t unit = 1'000'000'000;
    for (int i = 0; i < decimals; ++i) unit /= 10;
    const std::uint64_t most = decimals == 5 ? 300'000 : 100'000;
    for (std::uint64_t k = 0; k < most; ++k) compare(k * unit + unit / 2, decimals);
  }
}

TEST_CASE("rounding equals printf on random durations") {
  std::mt19937_64 random(20240101);
  for (int i = 0; i < 500'000; ++i) {
    const std::uint64_t ns = random() >> (11 + random() % 40);  // below 2^53, of every magnitude
    compare(ns, static_cast<int>(random() % 9));
  }
  // Near ties, and ties far from 0, where doubles lie coarser.
  for (int i = 0; i < 200'000; ++i) {
    const int decimals = static_cast<int>(random() % 9);
    std::uint64_t unit = 1'000'000'000;
    for (int d = 0; d < decimals; ++d) unit /= 10;
    const std::uint64_t tie = (random() >> 11) / unit * unit + unit / 2;
    compare(tie + random() % 3 - 1, decimals);
  }
}

TEST_CASE("rounding never wraps around") {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  for (int decimals = -20; decimals < 12; ++decimals) {
    CAPTURE(decimals);
    const std::uint64_t rounded = Rounding(decimals)(kMax);
    CHECK((rounded == 0 ? decimals <= -11 : rounded >= 10'000'000'000'000'000'000ULL));
  }
}

}  // namespace
}  // namespace routemeter::metric

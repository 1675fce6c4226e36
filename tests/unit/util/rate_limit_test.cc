// SPDX-License-Identifier: Apache-2.0
#include "util/rate_limit.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using routemeter::util::RateLimit;

namespace {

// Any start: a steady clock has no meaningful zero.
const RateLimit::Time kStart{1'000'000s};

}  // namespace

TEST_CASE("a burst passes, then one record per share of the interval") {
  struct Row {
    RateLimit::Duration at;
    std::optional<std::uint64_t> admitted;  // and what was suppressed before it
  };
  const std::vector<Row> rows = {
      {0s, 0},
      {0s, 0},
      {0s, 0},
      {0s, std::nullopt},
      {1s, std::nullopt},
      {1999ms, std::nullopt},
      {2s, 3},
      {2s, std::nullopt},
      {6s, 1},
      {6s, 0},
      {6s, std::nullopt},
      // After a long silence the bucket is full, not fuller.
      {1h, 1},
      {1h, 0},
      {1h, 0},
      {1h, std::nullopt},
  };
  RateLimit limit(3, 6s);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(i);
    CHECK(limit.admit(kStart + rows[i].at) == rows[i].admitted);
  }
  CHECK(limit.suppressed() == 1);
}

TEST_CASE("in the long run no more than burst per interval pass, and none is forgotten") {
  RateLimit limit(10, 1s);
  std::uint64_t passed = 0;
  std::uint64_t told = 0;
  constexpr std::uint64_t kAsked = 100'000;
  for (std::uint64_t i = 0; i < kAsked; ++i) {
    if (const auto suppressed = limit.admit(kStart + i * 1ms)) {
      ++passed;
      told += *suppressed;
    }
  }
  CHECK(passed == 10 + 999);  // the burst, then ten in each of the 99.999 seconds
  CHECK(passed + told + limit.suppressed() == kAsked);
}

TEST_CASE("time that runs backwards or very far gives nothing away") {
  RateLimit limit(1, 10s);
  CHECK(limit.admit(kStart) == 0U);
  CHECK_FALSE(limit.admit(kStart - 1h));
  CHECK_FALSE(limit.admit(kStart + 9s));
  CHECK(limit.admit(kStart + 10s) == 2U);
  CHECK(limit.admit(RateLimit::Time::max()) == 0U);
  CHECK_FALSE(limit.admit(RateLimit::Time::max()));
}

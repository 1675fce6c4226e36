// SPDX-License-Identifier: Apache-2.0
#include "app/serve/look_pace.h"

#include <catch2/catch.hpp>

using routemeter::app::LookPace;
using namespace std::chrono_literals;

TEST_CASE("the more a look costs, the rarer it is, within bounds") {
  const auto now = LookPace::Clock::time_point(100s);
  LookPace pace;
  CHECK(pace.soonest() < now);
  CHECK(pace.latest() < now);

  struct Case {
    std::chrono::microseconds cost;
    std::chrono::milliseconds pause;
    std::chrono::milliseconds idle;
  };
  for (const Case& c : {Case{20us, 5ms, 1000ms}, Case{1000us, 20ms, 3000ms}, Case{3000us, 60ms, 9000ms},
                        Case{1s, 200ms, 15000ms}}) {
    pace.looked(now, c.cost, true);
    CHECK(pace.soonest() == now + c.pause);
    CHECK(pace.latest() == now + c.idle);
    // Without events only the clock finds what is new.
    pace.looked(now, c.cost, false);
    CHECK(pace.latest() == now + 1s);
  }
}

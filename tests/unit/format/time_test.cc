// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "format/contract/format.h"

namespace routemeter::format {
namespace {

TEST_CASE("times of every kind") {
  using enum TimeKind;
  auto [kind, text, expected] = GENERATE(table<TimeKind, std::string, double>({
      {kClf, "10/Oct/2000:13:55:36 -0700", 971211336},
      {kClf, "[10/Oct/2000:13:55:36 -0700]", 971211336},
      {kClf, "29/Feb/2024:23:59:59 +0000", 1709251199},
      {kClf, "01/Jan/1970:00:00:00 +0000", 0},
      {kClf, "19/Jan/2038:03:14:08 +0000", 2147483648},
      {kClf, "01/Jul/1995:00:00:01 -0400", 804571201},
      {kClf, "01/Jan/2024:00:00:00", 1704067200},
      {kIso8601, "2024-01-01T00:00:00+00:00", 1704067200},
      {kIso8601, "2024-01-01T01:00:00.5+01:00", 1704067200.5},
      {kIso8601, "2024-01-01 00:00:00,250", 1704067200.25},
      {kIso8601, "2024-01-01T00:00:00Z", 1704067200},
      {kIso8601, "2024-01-01T05:30:00+0530", 1704067200},
      {kUnix, "1704067200.123", 1704067200.123},
      {kUnix, "1.7040672e9", 1704067200},
      {kUnixMilli, "1704067200123", 1704067200.123},
      {kUnixMicro, "1704067200000000", 1704067200},
      {kUnixNano, "1704067200000000000", 1704067200},
  }));
  CAPTURE(text);
  CHECK(parse_time(text, kind) == Approx(expected).margin(1e-6).epsilon(0));
}

TEST_CASE("what is no time is negative") {
  using enum TimeKind;
  auto [kind, text] = GENERATE(table<TimeKind, std::string>({
      {kNone, "1704067200"},
      {kClf, ""},
      {kClf, "-"},
      {kClf, "10/Okt/2000:13:55:36 -0700"},
      {kClf, "10/Oct/2000:25:55:36 -0700"},
      {kClf, "32/Oct/2000:13:55:36 -0700"},
      {kClf, "10/Oct/2000:13:55:36 -0700 "},
      {kClf, "10/ctN/2000:13:55:36 -0700"},
      {kIso8601, "2024-13-01T00:00:00Z"},
      {kIso8601, "2024-01-01"},
      {kIso8601, "2024-01-01T00:00:00+1"},
      {kUnix, "nan"},
      {kUnix, "inf"},
      {kUnix, "-5"},
      {kUnix, "12x"},
      {kUnix, ""},
  }));
  CAPTURE(text);
  CHECK(parse_time(text, kind) < 0);
}

}  // namespace
}  // namespace routemeter::format

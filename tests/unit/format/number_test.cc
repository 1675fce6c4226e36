// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "format/value/field_number.h"

namespace routemeter::format {
namespace {

using model::Unit;

TEST_CASE("a status is three digits from 100 to 599") {
  std::uint16_t status = 0;
  for (const char* good : {"100", "200", "204", "499", "599"}) {
    CAPTURE(good);
    CHECK(parse_status(good, status));
    CHECK(std::to_string(status) == good);
  }
  for (const char* bad :
       {"", "-", "0", "000", "099", "600", "999", "20", "2000", "2e2", " 200", "200 ", "+20", "20x"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_status(bad, status));
  }
}

TEST_CASE("a size is decimal digits below 2^63") {
  std::uint64_t size = 0;
  CHECK((parse_size("0", size) && size == 0));
  CHECK((parse_size("0042", size) && size == 42));
  CHECK((parse_size("9223372036854775807", size) && size == 9223372036854775807U));
  for (const char* bad :
       {"", "-", "-1", "+1", "1.0", "1e3", "9223372036854775808", "99999999999999999999", "12,12", "NaN"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_size(bad, size));
  }
}

TEST_CASE("durations are exact in nanoseconds") {
  auto [text, unit, expected] = GENERATE(table<std::string, Unit, std::uint64_t>({
      {"0.004", Unit::kSeconds, 4'000'000},
      {"0.000", Unit::kSeconds, 0},
      {"5", Unit::kSeconds, 5'000'000'000},
      {"5.", Unit::kSeconds, 5'000'000'000},
      {".5", Unit::kSeconds, 500'000'000},
      {"1.123456789", Unit::kSeconds, 1'123'456'789},
      {"99999999.999", Unit::kSeconds, 99'999'999'999'000'000},
      {"9223372036.854775807", Unit::kSeconds, 9'223'372'036'854'775'807},
      {"0000000000000000000000001", Unit::kSeconds, 1'000'000'000},
      {"0.10000000000000000000000000000000000", Unit::kSeconds, 100'000'000},
      {"12.5", Unit::kMilliseconds, 12'500'000},
      {"3635457", Unit::kMilliseconds, 3'635'457'000'000},
      {"6781", Unit::kMicroseconds, 6'781'000},
      {"6781", Unit::kNanoseconds, 6'781},
      // As JSON and Python write small numbers.
      {"1e-05", Unit::kSeconds, 10'000},
      {"1.5E-3", Unit::kSeconds, 1'500'000},
      {"2e3", Unit::kMicroseconds, 2'000'000},
      {"1e+2", Unit::kSeconds, 100'000'000'000},
      {"123e-400", Unit::kSeconds, 0},
      {"0e99999999999999999999", Unit::kSeconds, 0},
      {"0.00006103515625", Unit::kSeconds, 61'035},
      // Half a nanosecond goes to the even neighbour, more than half goes up.
      {"0.0000000005", Unit::kSeconds, 0},
      {"0.0000000015", Unit::kSeconds, 2},
      {"0.0000000025", Unit::kSeconds, 2},
      {"0.00000000250000000001", Unit::kSeconds, 3},
      {"0.9999999995", Unit::kSeconds, 1'000'000'000},
      {"0.5", Unit::kNanoseconds, 0},
      {"1.5", Unit::kNanoseconds, 2},
      {"0.05", Unit::kNanoseconds, 0},
      {"0.09", Unit::kNanoseconds, 0},
  }));
  CAPTURE(text);
  std::uint64_t value = 77;
  CHECK(parse_duration_ns(text, unit, value));
  CHECK(value == expected);
}

TEST_CASE("what is no duration is refused") {
  std::uint64_t value = 0;
  for (const char* bad : {"",
                          "-",
                          ".",
                          "-1",
                          "-0.001",
                          "+1",
                          "NaN",
                          "nan",
                          "inf",
                          "Infinity",
                          "1e309",
                          "1e",
                          "1e+",
                          "e5",
                          "0x10",
                          "1,5",
                          "1.2.3",
                          "1 ",
                          " 1",
                          "0.1,",
                          "9223372036.854775808",
                          "99999999999",
                          "1:2"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration_ns(bad, Unit::kSeconds, value));
  }
}

TEST_CASE("absent numbers are unknown, not zero") {
  std::uint64_t value = 0;
  CHECK(read_size("-", value) == Known::kUnknown);
  CHECK(read_size("", value) == Known::kUnknown);
  CHECK(read_size("--", value) == Known::kBad);
  CHECK(read_duration_ns("-", Unit::kSeconds, value) == Known::kUnknown);
  CHECK(read_duration_ns("", Unit::kSeconds, value) == Known::kUnknown);
  CHECK(read_duration_ns("0", Unit::kSeconds, value) == Known::kValue);
}

TEST_CASE("the lists of nginx's upstreams are summed") {
  auto [text, known, expected] = GENERATE(table<std::string, Known, std::uint64_t>({
      {"0.1, 0.2 : 0.3", Known::kValue, 600'000'000},
      {"0.004", Known::kValue, 4'000'000},
      {"-, 0.2", Known::kValue, 200'000'000},
      {"0.1 : -", Known::kValue, 100'000'000},
      {"-, -", Known::kUnknown, 0},
      {"-", Known::kUnknown, 0},
      {"", Known::kUnknown, 0},
      {"0.1, x", Known::kBad, 0},
      {"0.1,0.2", Known::kBad, 0},
      {"0.1 0.2", Known::kBad, 0},
      {"9223372036, 9223372036", Known::kBad, 0},
  }));
  CAPTURE(text);
  std::uint64_t value = 0;
  CHECK(read_duration_list_ns(text, Unit::kSeconds, value) == known);
  if (known == Known::kValue) CHECK(value == expected);
}

TEST_CASE("lists of sizes are summed too") {
  std::uint64_t value = 0;
  CHECK(read_size_list("10, 20 : 30", value) == Known::kValue);
  CHECK(value == 60);
  CHECK(read_size_list("9223372036854775807, 1", value) == Known::kBad);
}

}  // namespace
}  // namespace routemeter::format

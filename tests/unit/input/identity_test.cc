// SPDX-License-Identifier: Apache-2.0
// What tells files apart, without any file: names, metadata, fingerprints.
#include <string>

#include <catch2/catch.hpp>

#include "input/look/rotation_name.h"
#include "input/read/file_probe.h"
#include "input/read/fingerprint.h"

using namespace routemeter::input;
namespace util = routemeter::util;

TEST_CASE("rotation names") {
  struct Case {
    const char* base;
    const char* name;
    bool rotated;
    std::uint32_t number;
    Compression compression;
  };
  constexpr auto kNone = Compression::kNone;
  const Case cases[] = {
      {"access.log", "access.log", false, 0, kNone},
      {"access.log", "access.log.1", true, 1, kNone},
      {"access.log", "access.log.0", true, 0, kNone},
      {"access.log", "access.log.14", true, 14, kNone},
      {"access.log", "access.log.2.gz", true, 2, Compression::kGzip},
      {"access.log", "access.log.gz", true, 0, Compression::kGzip},
      {"access.log", "access.log.1.bz2", true, 1, Compression::kOther},
      {"access.log", "access.log.1.zst", true, 1, Compression::kOther},
      {"access.log", "access.log-20261123", true, 0, kNone},
      {"access.log", "access.log-20261123.gz", true, 0, Compression::kGzip},
      {"access.log", "access.log-20261123.1", true, 0, kNone},
      {"access.log", "access.log-2026112310", true, 0, kNone},
      {"access.log", "access.log-20261123-1795600000", true, 0, kNone},
      {"access.log", "access.log.2026-11-23", true, 0, kNone},
      {"access.log", "access.log.2026-11-23_10-00-00", true, 0, kNone},
      {"access.log", "access.log.2026-11-23T10:00:00+0100", true, 0, kNone},
      {"access.log", "access.log_20261123", true, 0, kNone},
      {"access.log", "access.log.old", true, 0, kNone},
      {"access.log", "access.log.4294967296", true, 0, kNone},
      {"access.log", "access.log.", false, 0, kNone},
      {"access.log", "access.log.1.gz.tmp", false, 0, kNone},
      {"access.log", "access.log.1~", false, 0, kNone},
      {"access.log", "access.log.swp", false, 0, kNone},
      {"access.log", "access.log.bak", false, 0, kNone},
      {"access.log", "access.log1", false, 0, kNone},
      {"access.log", "access.log-old", false, 0, kNone},
      {"access.log", "other.log.1", false, 0, kNone},
      {"access", "access.log", false, 0, kNone},
      {"access", "access.log.1", false, 0, kNone},
  };
  for (const Case& c : cases) {
    INFO(c.name);
    const RotationName got = rotation_of(c.base, c.name);
    CHECK(got.rotated == c.rotated);
    CHECK(got.number == c.number);
    CHECK(got.compression == c.compression);
  }
  std::string bases;
  each_base("a.log-20261123.1.gz", [&](std::size_t size) {
    bases += std::string("a.log-20261123.1.gz").substr(0, size) + " ";
    return false;
  });
  CHECK(bases == "a.log a.log-20261123 a.log-20261123.1 ");
}

TEST_CASE("the same file by metadata") {
  CHECK(same_file({1, 5, 100}, {1, 5, 100}));
  CHECK(same_file({0, 5, 100}, {7, 5, 100}));  // after a restart the device may be another
  CHECK(same_file({1, 5, 0}, {1, 5, 100}));
  CHECK_FALSE(same_file({1, 5, 100}, {1, 5, 101}));
  CHECK_FALSE(same_file({1, 5, 100}, {2, 5, 100}));
  CHECK_FALSE(same_file({1, 5, 100}, {1, 6, 100}));
  CHECK_FALSE(same_file({}, {}));
}

TEST_CASE("fingerprints") {
  std::string text;
  for (int i = 0; i < 400; ++i) text += std::to_string(i) + " ";
  const std::string_view all = text;
  const Fingerprint print = fingerprint(all.substr(0, kHeadSize), all.substr(1100 - kTailSize, kTailSize));
  CHECK(match_head(print, all.substr(0, kHeadSize)) == Match::kYes);
  CHECK(match_tail(print, all.substr(1100 - kTailSize, kTailSize)) == Match::kYes);
  CHECK(match_tail(print, all.substr(1101 - kTailSize, kTailSize)) == Match::kNo);
  CHECK(match_tail(print, std::string(kTailSize, '\0')) == Match::kNul);
  CHECK(match_tail(print, all.substr(0, 10)) == Match::kShort);
  // Shorter than what was read: whole rungs are compared.
  for (std::size_t size = 0; size <= kHeadSize; ++size) {
    CHECK(match_head(print, all.substr(0, size)) == (size < kFirstRung ? Match::kShort : Match::kYes));
  }
  for (std::size_t at = 0; at < kHeadSize; ++at) {
    std::string other(all.substr(0, kHeadSize));
    other[at] = '#';
    CHECK(match_head(print, other) == Match::kNo);
  }
  CHECK(match_head(print, std::string(kHeadSize, '\0')) == Match::kNul);
  CHECK(match_head(print, std::string(100, '\0')) == Match::kNul);
  // Of little.
  const Fingerprint small = fingerprint("0 1 2 ", "0 1 2 ");
  CHECK(match_head(small, all.substr(0, kHeadSize)) == Match::kYes);
  CHECK(match_head(small, "0 1 3 ") == Match::kNo);
  CHECK(match_head(small, "0 1 2") == Match::kShort);
  // Of nothing: known by metadata only.
  CHECK(match_head({}, "x") == Match::kYes);
  CHECK(match_tail({}, "x") == Match::kYes);

  const Position position{1100, true, print};
  util::Encoder out;
  save_position(position, out);
  util::Decoder in(out.bytes());
  CHECK(load_position(in) == position);
  CHECK(in.left() == 0);
}

TEST_CASE("tail: the last bytes, however they came") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::to_string(i);
  for (const std::size_t step : {1U, 7U, 255U, 256U, 257U, 600U}) {
    Tail tail;
    for (std::size_t at = 0; at < text.size(); at += step) tail.append(text.substr(at, step));
    CHECK(tail.bytes() == std::string_view(text).substr(text.size() - kTailSize));
    tail.append_nul(10);
    CHECK(tail.bytes().substr(0, 246) == std::string_view(text).substr(text.size() - 246));
    CHECK(all_nul(tail.bytes().substr(246)));
    tail.append_nul(1U << 30);
    CHECK(all_nul(tail.bytes()));
  }
  Tail tail;
  tail.append("ab");
  CHECK(tail.bytes() == "ab");
}

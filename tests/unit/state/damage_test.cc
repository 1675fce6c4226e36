// SPDX-License-Identifier: Apache-2.0
// Damaged files: never a crash, never anything but a snapshot that was committed.
#include <array>
#include <string>

#include <catch2/catch.hpp>

#include "state/image.h"
#include "unit/state/support.h"
#include "util/codec.h"

namespace routemeter::state {
namespace {

std::string image_of(int n) {
  const Image image = encode(numbered(n), static_cast<std::uint64_t>(n));
  return image.header + image.payload;
}

// An image as a later version would write it: a longer header, a payload that we do not know.
std::string newer_image() {
  util::Encoder head;
  head.u32(2);
  head.u32(48);
  head.u64(9);
  head.u64(77);
  head.u32(1);
  const std::string before = "rmstate\n" + head.take();
  const std::string after = "12345678what ever";
  util::Encoder sum;
  sum.u32(util::crc32c(after, util::crc32c(before)));
  return before + sum.take() + after;
}

TEST_CASE("an image cut at any byte is damaged") {
  const std::string whole = image_of(3);
  CHECK(decode(whole).validity == Validity::kValid);
  CHECK(decode(whole + "more").validity == Validity::kValid);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(decode(whole.substr(0, size)).validity == Validity::kDamaged);
    CHECK(decode(whole.substr(0, size) + std::string(100, '\0')).validity == Validity::kDamaged);
  }
}

TEST_CASE("one flipped bit is damage, wherever it is") {
  const std::string whole = image_of(3);
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    CAPTURE(bit);
    CHECK(decode(flipped).validity == Validity::kDamaged);
  }
}

TEST_CASE("whole images with senseless contents are damaged") {
  struct Row {
    const char* what;
    std::uint32_t version;
    std::uint32_t header;
    std::uint32_t sections;
    std::string payload;
  };
  const auto row =
      GENERATE(values<Row>({{"version 0", 0, 40, 0, ""},
                            {"short header", 1, 39, 0, ""},
                            {"long header", 1, 41, 0, "xx"},
                            {"huge header", 1, 0xFFFFFFFF, 0, ""},
                            {"section missing", 1, 40, 1, ""},
                            {"bytes left over", 1, 40, 0, "x"},
                            {"length beyond the end", 1, 40, 1, std::string("\xFF\xFF\xFF\xFFx", 5)},
                            {"four thousand million sections", 1, 40, 0xFFFFFFFF, ""}}));
  util::Encoder head;
  head.u32(row.version);
  head.u32(row.header);
  head.u64(row.payload.size());
  head.u64(1);
  head.u32(row.sections);
  const std::string before = "rmstate\n" + head.take();
  util::Encoder sum;
  sum.u32(util::crc32c(row.payload, util::crc32c(before)));
  CAPTURE(row.what);
  CHECK(decode(before + sum.take() + row.payload).validity == Validity::kDamaged);
}

// What a file may look like after an accident.
std::string damaged(const std::string& how, const std::string& good) {
  if (how == "empty") return "";
  if (how == "NUL") return std::string(good.size(), '\0');
  if (how == "cut") return good.substr(0, 60);
  if (how == "flipped") return std::string(good).replace(50, 1, 1, static_cast<char>(good[50] ^ 1));
  if (how == "magic") return "X" + good.substr(1);
  if (how == "garbage") return std::string(10 << 20, 'g');
  return "rmstate\n" + std::string("\1\0\0\0\x28\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 16) +
         good.substr(24);
}
const std::array<std::string, 7> kAccidents = {"empty", "NUL",     "cut",        "flipped",
                                               "magic", "garbage", "huge length"};

TEST_CASE("a damaged state: the one before it is loaded, the damaged one is kept") {
  for (const std::string& how : kAccidents) {
    CAPTURE(how);
    const Place place;
    fill(place, 5);
    const std::string bad = damaged(how, read(place.file("state")));
    write(place.file("state"), bad);
    // Looking alone changes nothing.
    for (int i = 0; i < 2; ++i) {
      const Opened state = open(place);
      REQUIRE(state.dir);
      CHECK(state->load_result() == Load::kPrevious);
      CHECK(same(state->loaded(), numbered(4)));
    }
    {
      const Opened state = open(place);
      CHECK(state->commit(numbered(6)) == 0);
      CHECK(state->commit(numbered(7)) == 0);
    }
    CHECK((read(place.file("state.corrupt")) == bad));
    CHECK(open(place)->load_result() == Load::kOk);
    CHECK(same(open(place)->loaded(), numbered(7)));
  }
}

TEST_CASE("both damaged: the result says so, both are kept, and it goes on") {
  for (const std::string& how : kAccidents) {
    CAPTURE(how);
    const Place place;
    fill(place, 5);
    const std::string bad = damaged(how, read(place.file("state")));
    const std::string bad_before = damaged(how, read(place.file("state.prev")));
    write(place.file("state"), bad);
    write(place.file("state.prev"), bad_before);
    for (int i = 0; i < 2; ++i) {
      const Opened state = open(place);
      REQUIRE(state.dir);
      CHECK(state->load_result() == Load::kCorrupt);
      CHECK(state->loaded().empty());
    }
    {
      const Opened state = open(place);
      CHECK(state->commit(numbered(6)) == 0);
      CHECK(state->commit(numbered(7)) == 0);
    }
    CHECK((read(place.file("state.corrupt")) == bad));
    CHECK((read(place.file("state.prev.corrupt")) == bad_before));
    CHECK(same(open(place)->loaded(), numbered(7)));
  }
}

TEST_CASE("a hundred accidents leave no more than one damaged copy of each file") {
  const Place place;
  fill(place, 3);
  for (int i = 0; i < 100; ++i) {
    write(place.file("state"), "bad " + std::to_string(i));
    if (i % 2 == 0) write(place.file("state.prev"), "bad as well");
    CHECK(open(place)->commit(numbered(1)) == 0);
  }
  CHECK(read(place.file("state.corrupt")) == "bad 99");
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& file : fs::directory_iterator(place.dir())) ++files;
  CHECK(files <= 5);
}

TEST_CASE("a damaged spare beside a whole state is nothing: a commit was cut short") {
  const Place place;
  fill(place, 5);
  write(place.file("state.prev"), "cut short");
  const Opened state = open(place);
  CHECK(state->load_result() == Load::kOk);
  CHECK(same(state->loaded(), numbered(5)));
  CHECK(state->commit(numbered(6)) == 0);
  CHECK_FALSE(fs::exists(place.file("state.prev.corrupt")));
}

TEST_CASE("a first commit that was cut short is a first start") {
  const Place place;
  fill(place, 1);
  SECTION("in writing") {
    fs::remove(place.file("state"));
    write(place.file("state.prev"), std::string(65536, '\0'));
    CHECK(open(place)->load_result() == Load::kMissing);
  }
  SECTION("before it had its name") {
    fs::rename(place.file("state"), place.file("state.prev"));
    CHECK(open(place)->load_result() == Load::kOk);
    CHECK(same(open(place)->loaded(), numbered(1)));
    CHECK(open(place)->commit(numbered(2)) == 0);
  }
  {
    const Opened state = open(place);
    CHECK(state->commit(numbered(3)) == 0);
    CHECK(state->commit(numbered(4)) == 0);
  }
  CHECK(same(open(place)->loaded(), numbered(4)));
}

TEST_CASE("a state that somebody removed: the one before it") {
  const Place place;
  fill(place, 5);
  fs::remove(place.file("state"));
  {
    const Opened state = open(place);
    CHECK(state->load_result() == Load::kPrevious);
    CHECK(same(state->loaded(), numbered(4)));
    CHECK(state->commit(numbered(6)) == 0);
  }
  CHECK(same(open(place)->loaded(), numbered(6)));
  CHECK_FALSE(fs::exists(place.file("state.corrupt")));
}

TEST_CASE("a whole and newer spare is the state: only its change of places is missing") {
  const Place place;
  fill(place, 5);
  fs::rename(place.file("state"), place.file("x"));
  fs::rename(place.file("state.prev"), place.file("state"));
  fs::rename(place.file("x"), place.file("state.prev"));
  {
    const Opened state = open(place);
    CHECK(state->load_result() == Load::kOk);
    CHECK(state->generation() == 5);
    CHECK(same(state->loaded(), numbered(5)));
    CHECK(state->commit(numbered(6)) == 0);
    CHECK(state->generation() == 6);
  }
  CHECK(same(open(place)->loaded(), numbered(6)));
  write(place.file("state"), "");
  CHECK(same(open(place)->loaded(), numbered(5)));
}

TEST_CASE("two names of one file: the state is not overwritten") {
  // Where files cannot change places, a crash between two steps leaves this.
  const Place place;
  fill(place, 5);
  fs::remove(place.file("state.prev"));
  fs::create_hard_link(place.file("state"), place.file("state.prev"));
  const std::string before = read(place.file("state"));
  fs::create_hard_link(place.file("state"), place.root() / "watched");
  const Opened state = open(place);
  CHECK(state->commit(numbered(6)) == 0);
  CHECK((read(place.root() / "watched") == before));
}

TEST_CASE("a newer format is refused and left alone, in either file") {
  const Place place;
  fill(place, 5);
  const std::string name = GENERATE("state", "state.prev");
  write(place.file(name), newer_image());
  const std::string state = read(place.file("state"));
  const std::string spare = read(place.file("state.prev"));
  const Opened opened = open(place);
  CHECK_FALSE(opened.dir);
  CHECK_THAT(opened.message, Catch::Contains("format version 2") && Catch::Contains("up to 1") &&
                                 Catch::Contains("run the newer routemeter"));
  CHECK((read(place.file("state")) == state));
  CHECK((read(place.file("state.prev")) == spare));
  CHECK_FALSE(fs::exists(place.file("state.corrupt")));
}

}  // namespace
}  // namespace routemeter::state

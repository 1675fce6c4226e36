// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <functional>
#include <string>

#include <catch2/catch.hpp>

#include "input/read/block.h"
#include "unit/input/support.h"

using routemeter::input::Block;
using routemeter::input::kBlockPadding;
using routemeter::input::kBlockSize;
using routemeter::input::kMaxLine;
using routemeter::input::Splitter;
using routemeter::test::Lines;
using routemeter::test::Random;
using routemeter::test::reference_lines;

namespace {

// Feeds `input` in chunks of the sizes that `next_size` gives; checks what every block promises.
Lines split(std::string_view input, const std::function<std::size_t()>& next_size, bool ended = true) {
  Lines out;
  Splitter splitter;
  Block block;
  const auto take = [&](bool has_lines) {
    CHECK(has_lines == !block.text.empty());
    if (has_lines) {
      CHECK(block.text.back() == '\n');
      const char* buffer_end = block.buffer.data() + block.buffer.size();
      CHECK(block.text.data() + block.text.size() + kBlockPadding <= buffer_end);
    }
    out.text += block.text;
    out.too_long += block.too_long;
  };
  while (!input.empty()) {
    block.text = {};
    block.too_long = 0;
    const Splitter::Room room = splitter.room(block);
    const std::size_t size = std::min({next_size(), room.size, input.size()});
    std::memcpy(room.data, input.data(), size);
    input.remove_prefix(size);
    take(splitter.add(block, size));
    CHECK(splitter.pending() <= kMaxLine);
  }
  if (ended) {
    block.text = {};
    block.too_long = 0;
    take(splitter.finish(block));
    CHECK(splitter.pending() == 0);
    CHECK_FALSE(splitter.skipping());
  }
  return out;
}

std::function<std::size_t()> always(std::size_t size) {
  return [size] { return size; };
}

std::string nul(std::size_t n) { return std::string(n, '\0'); }
std::string line_of(std::size_t n) { return std::string(n, 'x'); }

}  // namespace

TEST_CASE("splitter: what becomes of the bytes") {
  struct Row {
    const char* name;
    std::string input;
    std::string text;
    std::uint64_t too_long;
  };
  const Row rows[] = {
      {"nothing", "", "", 0},
      {"two lines", "a\nb\n", "a\nb\n", 0},
      {"no newline at the end", "a\nb", "a\nb\n", 0},
      {"empty lines stay", "\n\na\n\n", "\n\na\n\n", 0},
      {"CR is part of the line", "a\r\nb\r", "a\r\nb\r\n", 0},
      {"NULs before a line", nul(3) + "a\n" + nul(1) + "b\n", "a\nb\n", 0},
      {"NULs within and behind a line stay", "a" + nul(2) + "b" + nul(1) + "\n",
       "a" + nul(2) + "b" + nul(1) + "\n", 0},
      {"a line of NULs is an empty line", nul(5) + "\n" + "a\n", "\na\n", 0},
      {"only NULs", nul(5), "", 0},
      {"a line, then only NULs", "a\n" + nul(5), "a\n", 0},
      {"a hole of 1.4 MB", nul(1421667) + "a\nb\n", "a\nb\n", 0},
      {"longest line", line_of(kMaxLine) + "\na\n", line_of(kMaxLine) + "\na\n", 0},
      {"one byte too long", line_of(kMaxLine + 1) + "\na\n", "a\n", 1},
      {"CR counts", line_of(kMaxLine) + "\r\na\n", "a\n", 1},
      {"leading NULs do not count", nul(9) + line_of(kMaxLine) + "\n", line_of(kMaxLine) + "\n", 0},
      {"too long behind NULs", nul(9) + line_of(kMaxLine + 1) + "\nb\n", "b\n", 1},
      {"longest line without an end", line_of(kMaxLine), line_of(kMaxLine) + "\n", 0},
      {"too long without an end", "a\n" + line_of(kMaxLine + 1), "a\n", 1},
      {"several too long ones",
       line_of(kMaxLine + 1) + "\n" + line_of(3 * kMaxLine) + "\nb\n" + line_of(900000) + "\n", "b\n", 3},
      {"NULs inside a too long line", line_of(kMaxLine) + nul(2) + "\nb\n", "b\n", 1},
  };
  const std::size_t sizes[] = {1, 2, 7, 4096, 65536, 131071, 131072, 1 << 20};
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(reference_lines(row.input, true) == Lines{row.text, row.too_long});
    for (const std::size_t size : sizes) {
      if (size < 4096 && row.input.size() > 400000) continue;
      INFO("chunks of " << size);
      const Lines got = split(row.input, always(size));
      CHECK(got.too_long == row.too_long);
      CHECK((got.text == row.text));
    }
  }
}

TEST_CASE("splitter: lines around every size of read and block") {
  for (const std::size_t edge :
       {std::size_t{4096}, std::size_t{65536}, std::size_t{131072}, kMaxLine, 2 * kMaxLine}) {
    for (const int delta : {-2, -1, 0, 1, 2}) {
      const std::size_t size = edge + static_cast<std::size_t>(delta);
      INFO("a line of " << size);
      const std::string input = "first\n" + line_of(size) + "\nlast";
      const Lines expected = reference_lines(input, true);
      for (const std::size_t chunk : {std::size_t{4096}, std::size_t{131072}}) {
        CHECK((split(input, always(chunk)) == expected));
      }
    }
  }
}

TEST_CASE("splitter: a full block has its padding") {
  std::string input;
  while (input.size() < kBlockSize) input += "x\n";
  CHECK((split(input, always(kBlockSize)) == Lines{input, 0}));
}

TEST_CASE("splitter: a partial line waits when the input has not ended") {
  CHECK(split("a\nhalf", always(100), false) == Lines{"a\n", 0});
  CHECK(split("a\n" + line_of(kMaxLine + 1), always(65536), false) == Lines{"a\n", 0});
}

TEST_CASE("splitter: random bytes in random chunks give the reference's lines") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    std::string input;
    for (std::uint64_t parts = 1 + random.below(40); parts > 0; --parts) {
      switch (random.below(8)) {
        case 0:
          input += nul(random.below(5));
          break;
        case 1:
          input += nul(random.below(3000));
          break;
        case 2:
          input += '\n';
          break;
        case 3:
          input += "\r\n";
          break;
        case 4:
          input += line_of(kMaxLine - 3 + random.below(6)) + (random.below(3) == 0 ? "" : "\n");
          break;
        case 5:
          input += line_of(random.below(200));
          break;
        default:
          input += line_of(random.below(400)) + "\n";
          break;
      }
    }
    const Lines expected = reference_lines(input, true);
    CHECK((split(input, [&] { return 1 + random.below(300); }) == expected));
    CHECK((split(input, [&] { return 1 + random.below(random.below(4) == 0 ? 10 : 200000); }) == expected));
    CHECK((reference_lines(input, false) == split(
                                                input, [&] { return 1 + random.below(99999); }, false)));
  }
}

TEST_CASE("splitter: any place can be gone on from with pending() and skipping()") {
  const std::string input = "one\n" + nul(4) + "two\n" + line_of(kMaxLine + 5) + "\nthree\n" + line_of(700);
  const Lines expected = reference_lines(input, true);
  Random random(7);
  for (int round = 0; round < 200; ++round) {
    const std::size_t cut = random.below(input.size() + 1);
    INFO("cut at " << cut);
    Lines got;
    Splitter first;
    Block block;
    std::size_t at = 0;
    const auto feed = [&](Splitter& splitter, std::size_t to) {
      while (at < to) {
        block.text = {};
        block.too_long = 0;
        const Splitter::Room room = splitter.room(block);
        const std::size_t size = std::min(room.size, to - at);
        std::memcpy(room.data, input.data() + at, size);
        at += size;
        splitter.add(block, size);
        got.text += block.text;
        got.too_long += block.too_long;
      }
    };
    feed(first, cut);
    at -= first.pending();
    Splitter second;
    second.reset(first.skipping());
    feed(second, input.size());
    block.text = {};
    block.too_long = 0;
    second.finish(block);
    got.text += block.text;
    got.too_long += block.too_long;
    CHECK((got == expected));
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "input/follow/file_set.h"

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "unit/input/support.h"

using routemeter::input::Block;
using routemeter::input::Clock;
using routemeter::input::FileSet;
using routemeter::input::FollowOptions;
using routemeter::test::Random;
using routemeter::test::TempDir;
using routemeter::test::write_file;
using routemeter::test::Writer;
namespace fs = std::filesystem;
using std::chrono::seconds;

namespace {

constexpr std::chrono::minutes kLinger{10};
constexpr std::size_t kMaxLingering = 16;

// A file set with a clock that the test turns.
struct Clocked {
  explicit Clocked(std::vector<std::string> paths) : files(std::move(paths), FollowOptions{}) {}

  std::string after(Clock::duration time) {
    now += time;
    files.look(now);
    std::string text;
    Block block;
    std::size_t source = 0;
    while (files.next(block, source)) text += block.text;
    return text;
  }

  FileSet files;
  Clock::time_point now = Clock::now();
};

}  // namespace

TEST_CASE("file set: a renamed file is closed when it has been quiet, its last line counted as it is") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Writer old_writer(path);
  old_writer.write("1\ntorn");
  Clocked set({path});
  CHECK(set.after(seconds(0)) == "1\n");
  // Quiet before the rename does not count.
  CHECK(set.after(2 * kLinger).empty());
  fs::rename(path, dir / "access.log.1");
  Writer new_writer(path);
  new_writer.write("2\n");
  CHECK(set.after(seconds(1)) == "2\n");
  CHECK(set.after(kLinger - seconds(1)).empty());
  CHECK(set.files.open_files() == 2);

  SECTION("it goes") {
    CHECK(set.after(seconds(1)) == "torn\n");
    CHECK(set.after(seconds(1)).empty());
    CHECK(set.files.open_files() == 1);
    new_writer.write("3\n");
    CHECK(set.after(seconds(1)) == "3\n");
  }
  SECTION("late lines give it a new term") {
    old_writer.write(" no more\n");
    CHECK(set.after(seconds(0)) == "torn no more\n");
    CHECK(set.after(kLinger - seconds(1)).empty());
    CHECK(set.files.open_files() == 2);
    set.after(seconds(1));
    CHECK(set.files.open_files() == 1);
  }
  SECTION("late lines in the last moment") {
    set.now += seconds(1);
    set.files.look(set.now);
    old_writer.write(" no more\nhal");
    CHECK(set.after(seconds(0)) == "torn no more\n");
    old_writer.write("f\n");
    CHECK(set.after(kLinger - seconds(1)) == "half\n");
  }
  SECTION("giving its last line back") {
    set.now += seconds(1);
    set.files.look(set.now);
    Block block;
    std::size_t source = 9;
    REQUIRE(set.files.next(block, source));
    CHECK(block.text == "torn\n");
    set.files.unread(source);
    CHECK(set.after(seconds(1)) == "torn\n");
    CHECK(set.after(seconds(1)).empty());
    CHECK(set.files.open_files() == 1);
    set.files.unread(source);  // nothing to give back any more
    CHECK(set.after(seconds(1)).empty());
  }
}

TEST_CASE("file set: a file that keeps its name is never closed") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  write_file(path, "1\ntorn");
  Clocked set({path});
  CHECK(set.after(seconds(0)) == "1\n");
  CHECK(set.after(100 * kLinger).empty());
  Writer(path).write(" no more\n");
  CHECK(set.after(seconds(0)) == "torn no more\n");
  fs::remove(path);
  CHECK(set.after(kLinger).empty());
  CHECK(set.files.open_files() == 1);
  CHECK(set.after(kLinger).empty());
  CHECK(set.files.open_files() == 0);
}

TEST_CASE("file set: fast rotation keeps a bounded number of files open, and loses nothing") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Clocked set({path});
  std::string expected;
  std::string got;
  for (int i = 0; i < 100; ++i) {
    const std::string text = "generation " + std::to_string(i) + "\n";
    write_file(path, text + "torn");
    expected += text + "torn\n";
    got += set.after(seconds(1));
    fs::rename(path, dir / ("access.log." + std::to_string(i)));
    got += set.after(seconds(1));
    CHECK(set.files.open_files() <= kMaxLingering + 1);
  }
  got += set.after(kLinger + seconds(1));
  set.after(seconds(1));
  CHECK(set.files.open_files() == 0);
  CHECK(got.size() == expected.size());
  for (int i = 0; i < 100; ++i) {
    CHECK(got.find("generation " + std::to_string(i) + "\n") != std::string::npos);
  }
}

TEST_CASE("file set: random torn appends and rotations, looked at in between") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const TempDir dir;
    const std::string path = dir / "access.log";
    Clocked set({path});
    std::vector<std::unique_ptr<Writer>> writers;  // the last few keep writing after the rotation
    std::vector<std::string> rests;
    std::uint64_t written = 0;
    std::uint64_t got = 0;
    int generation = 0;
    for (int step = 0; step < 150; ++step) {
      const std::uint64_t what = writers.empty() ? 0 : random.below(12);
      if (what == 0) {
        if (fs::exists(path)) fs::rename(path, dir / ("old" + std::to_string(generation++)));
        writers.push_back(std::make_unique<Writer>(path));
        rests.emplace_back();
        set.files.look(set.now);  // a file that is renamed twice unseen is beyond this set
        if (writers.size() > 4) {
          writers.front()->write(rests.front());
          writers.erase(writers.begin());
          rests.erase(rests.begin());
        }
      } else if (what < 8) {
        const std::size_t w = random.below(writers.size());
        std::string bytes = rests[w];
        for (std::uint64_t n = random.below(30); n > 0; --n) {
          bytes += "line " + std::to_string(written++) + "\n";
        }
        const std::size_t cut = random.below(bytes.size() + 1);
        writers[w]->write(bytes.substr(0, cut));
        rests[w] = bytes.substr(cut);
      } else {
        const std::string text = set.after(seconds(1));
        got += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
        CHECK(got <= written);
      }
    }
    for (std::size_t w = 0; w < writers.size(); ++w) writers[w]->write(rests[w]);
    const std::string text = set.after(seconds(1));
    got += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    CHECK(got == written);
    CHECK(set.files.lag(0) == 0);
  }
}

// SPDX-License-Identifier: Apache-2.0
// tests/RELIABILITY.md section A: rotation by rename. Scenario numbers are in brackets.
#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit/input/scenario.h"

using routemeter::input::FollowOptions;
using routemeter::input::Loss;
using routemeter::input::Rotation;
using routemeter::test::copytruncate;
using routemeter::test::gzip_file;
using routemeter::test::rotate;
using routemeter::test::Scenario;
using routemeter::test::some_lines;
using routemeter::test::sorted;
using routemeter::test::write_file;
using routemeter::test::Writer;
namespace fs = std::filesystem;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Lines = std::vector<std::string>;

ino_t inode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_ino;
}

}  // namespace

TEST_CASE("rotation [1] rename and create, the writer switches at once") {
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 1000));
  CHECK(s.count() == 1000);
  rotate(s.at("access.log"));
  write_file(s.at("access.log"), some_lines("b", 1000));
  CHECK(s.count() == 1000);
  CHECK(s.rotations(Rotation::kRename) == 1);
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation [2] the writer keeps the old file after the new one exists") {
  Scenario s;
  Writer old_writer(s.at("access.log"));
  CHECK(s.count() == 0);
  rotate(s.at("access.log"));
  Writer new_writer(s.at("access.log"));
  CHECK(s.count(seconds(2)) == 0);
  old_writer.write(some_lines("old", 50));
  new_writer.write(some_lines("new", 10));
  CHECK(s.count() == 60);
}

TEST_CASE("rotation [3] old workers write for minutes") {
  Scenario s;
  Writer old_writer(s.at("access.log"));
  CHECK(s.count() == 0);
  rotate(s.at("access.log"));
  write_file(s.at("access.log"), some_lines("new", 100'000));
  CHECK(s.count() == 100'000);
  std::size_t late = 0;
  for (int i = 0; i < 40; ++i) {
    old_writer.write(some_lines("old", 1));
    late += s.count(seconds(90));
  }
  CHECK(late == 40);
  CHECK(s.files->open_files() == 2);
}

TEST_CASE("rotation [4] [5] the name is absent for a while, or for good") {
  Scenario s;
  Writer old_writer(s.at("access.log"));
  old_writer.write("1\n");
  CHECK(s.count() == 1);
  rotate(s.at("access.log"));
  std::size_t messages = 0;
  for (int i = 0; i < 20; ++i) {
    old_writer.write("more\n");
    CHECK(s.count(seconds(1)) == 1);
    messages += s.files->take_messages().size();
  }
  CHECK(messages == 1);
  CHECK(s.files->open_files() == 1);
  Writer(s.at("access.log")).write("new\n");
  old_writer.write("old\n");
  CHECK(s.lines() == Lines{"new", "old"});
  CHECK(s.files->take_messages() == Lines{s.at("access.log") + ": is there, reading it"});
}

TEST_CASE("rotation [6] five rotations between two looks") {
  Scenario s;
  write_file(s.at("access.log"), "first\n");
  CHECK(s.count() == 1);
  std::string all;
  for (int i = 0; i < 5; ++i) {
    const std::string text = some_lines("g" + std::to_string(i), 100);
    Writer(s.at("access.log")).write(text);
    all += text;
    rotate(s.at("access.log"));
    write_file(s.at("access.log"), "");
  }
  CHECK(s.lines() == sorted(all));
  CHECK(s.losses() == 0);
  CHECK(s.rotations(Rotation::kRename) == 5);
}

TEST_CASE("rotation [7] more rotations than are kept: what is gone is told") {
  const int keep = GENERATE(2, 10);
  const bool down = GENERATE(false, true);
  Scenario s;
  write_file(s.at("access.log"), "first\n");
  CHECK(s.count() == 1);
  const std::string state = s.save();
  for (int i = 0; i < 5; ++i) {
    Writer(s.at("access.log")).write(some_lines("g" + std::to_string(i), 100));
    rotate(s.at("access.log"), keep);
    write_file(s.at("access.log"), "");
  }
  if (down) s.restart(state);
  // Held open, the first generation is read even though its name is gone.
  CHECK(s.count() == (keep == 10 ? 500U : down ? 200U : 300U));
  CHECK(s.loss(Loss::kGenerationGone) == (keep == 2 ? 1U : 0U));
  CHECK(s.losses() == (keep == 2 ? 1U : 0U));
}

TEST_CASE("rotation [7] a missing number between ours and the present file is told") {
  Scenario s;
  write_file(s.at("access.log"), "first\n");
  CHECK(s.count() == 1);
  for (int i = 0; i < 3; ++i) {
    rotate(s.at("access.log"));
    write_file(s.at("access.log"), some_lines("g" + std::to_string(i), 10));
  }
  fs::remove(s.at("access.log.1"));
  CHECK(s.count() == 20);
  CHECK(s.loss(Loss::kGenerationGone) == 1);
}

TEST_CASE("rotation [8] dates in names") {
  Scenario s;
  write_file(s.at("access.log"), "first\n");
  CHECK(s.count() == 1);
  std::string all;
  for (const char* date :
       {"-20261123", "-20261123.1", "-2026112410", ".2026-11-25", ".2026-11-25_10-00-00"}) {
    Writer(s.at("access.log")).write(some_lines(date, 100));
    all += some_lines(date, 100);
    fs::rename(s.at("access.log"), s.at("access.log") + date);
    write_file(s.at("access.log"), "");
  }
  CHECK(s.lines() == sorted(all));
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation [9] compressed while we are behind: read from the file that is held") {
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write("first\n");
  CHECK(s.count() == 1);
  writer.write(some_lines("a", 1000));
  rotate(s.at("access.log"));
  gzip_file(s.at("access.log.1"), s.at("access.log.1.gz"));
  CHECK(s.count() == 1000);
  CHECK(s.count(seconds(2)) == 0);
  writer.write("late\n");
  CHECK(s.lines() == Lines{"late"});
  CHECK(s.losses() == 0);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("rotation [10] [11] compressed while we are down: read from the archive, from where we were") {
  Scenario s;
  const bool small = GENERATE(false, true);
  write_file(s.at("access.log"), some_lines("a", small ? 1 : 1000));
  CHECK(s.count() == (small ? 1U : 1000U));
  const std::string state = s.save();
  Writer(s.at("access.log")).write(some_lines("b", 1000));
  rotate(s.at("access.log"));
  write_file(s.at("access.log"), some_lines("c", 10));
  SECTION("at once") { gzip_file(s.at("access.log.1"), s.at("access.log.1.gz")); }
  SECTION("with delaycompress, one rotation later") {
    rotate(s.at("access.log"));
    write_file(s.at("access.log"), some_lines("d", 10));
    gzip_file(s.at("access.log.2"), s.at("access.log.2.gz"));
  }
  SECTION("not") {}
  const bool twice = fs::exists(s.at("access.log.1")) && fs::exists(s.at("access.log.2.gz"));
  s.restart(state);
  CHECK(s.count() == (twice ? 1020U : 1010U));
  CHECK(s.losses() == 0);
  s.restart();
  CHECK(s.count() == 0);
  // Its number goes up.
  if (fs::exists(s.at("access.log.1.gz"))) {
    fs::rename(s.at("access.log.1.gz"), s.at("access.log.2.gz"));
    CHECK(s.count() == 0);
  }
}

TEST_CASE("rotation [10] an archive that cannot be read is told") {
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 10));
  CHECK(s.count() == 10);
  const std::string state = s.save();
  Writer(s.at("access.log")).write(some_lines("b", 10));
  rotate(s.at("access.log"));
  write_file(s.at("access.log"), "");
  SECTION("another compressor") {
    write_file(s.at("access.log.1.xz"),
               "\xfd"
               "7zXZ");
    fs::remove(s.at("access.log.1"));
  }
  SECTION("damaged") {
    gzip_file(s.at("access.log.1"), s.at("access.log.1.gz"));
    fs::resize_file(s.at("access.log.1.gz"), fs::file_size(s.at("access.log.1.gz")) - 20);
  }
  SECTION("the name says gzip, the bytes do not") {
    fs::copy_file(s.at("access.log.1"), s.at("access.log.1.gz"));
    fs::remove(s.at("access.log.1"));
  }
  s.restart(state);
  CHECK(s.count() < 10);
  CHECK(s.loss(Loss::kCompressed) == 1);
}

TEST_CASE("rotation: an archive is not read while the compressor works") {
  Scenario s;
  write_file(s.at("access.log"), "");
  CHECK(s.count() == 0);
  write_file(s.at("access.log.2"), some_lines("a", 100));
  write_file(s.at("access.log.2.gz"), "\x1f\x8b");
  CHECK(s.count() == 100);
  CHECK(s.count(seconds(5)) == 0);
  gzip_file(s.at("access.log.2"), s.at("access.log.2.gz"));
  CHECK(s.count() == 0);
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation [12] down over two rotations, numbers shift") {
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 100));
  CHECK(s.count() == 100);
  const std::string state = s.save();
  Writer(s.at("access.log")).write(some_lines("b", 10));
  for (const char* name : {"c", "d"}) {
    rotate(s.at("access.log"));
    write_file(s.at("access.log"), some_lines(name, 10));
  }
  s.restart(state);
  CHECK(s.lines() == sorted(some_lines("b", 10) + some_lines("c", 10) + some_lines("d", 10)));
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation [13] the rotated name matches the user's pattern") {
  Scenario s({"*.log*"});
  write_file(s.at("a.log"), some_lines("a", 10));
  write_file(s.at("a.log.1"), some_lines("old", 10));
  write_file(s.at("b.log"), some_lines("b", 10));
  CHECK(s.lines() == sorted(some_lines("a", 10) + some_lines("b", 10)));
  const std::string state = s.save();
  rotate(s.at("a.log"));
  write_file(s.at("a.log"), some_lines("c", 10));
  write_file(s.at("new.log"), some_lines("n", 10));
  const auto expected = sorted(some_lines("c", 10) + some_lines("n", 10));
  CHECK(s.lines() == expected);
  s.restart(state);
  CHECK(s.lines() == expected);
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation: a pattern takes in rotations that it does not match, and directories that come later") {
  Scenario s({"*/access.log"});
  CHECK(s.count() == 0);
  fs::create_directory(s.at("one"));
  write_file(s.at("one/access.log"), some_lines("a", 10));
  CHECK(s.count() == 10);
  Writer(s.at("one/access.log")).write(some_lines("b", 10));
  rotate(s.at("one/access.log"));
  rotate(s.at("one/access.log.1"));
  fs::rename(s.at("one/access.log.1.1"), s.at("one/access.log.1"));
  write_file(s.at("one/access.log"), some_lines("c", 10));
  CHECK(s.count() == 20);
}

TEST_CASE("rotation [14] deleted and created again") {
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 10));
  CHECK(s.count() == 10);
  Writer(s.at("access.log")).write(some_lines("b", 5));
  fs::remove(s.at("access.log"));
  write_file(s.at("access.log"), some_lines("c", 50));
  CHECK(s.count() == 55);
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation [15] [84] an inode that is used again while we are down") {
  Scenario s;
  // So that nothing but the birth time and what comes later tells them apart.
  const std::string begin(2000, 'x');
  write_file(s.at("access.log"), begin + "\n" + some_lines("a", 10));
  CHECK(s.count() == 11);
  const std::string state = s.save();
  const ino_t inode = inode_of(s.at("access.log"));
  s.files.reset();
  fs::remove(s.at("access.log"));
  ::usleep(20'000);  // another tick of the kernel's clock
  bool same = false;
  for (int i = 0; i < 300 && !same; ++i) {
    write_file(s.at("access.log"), "");
    same = inode_of(s.at("access.log")) == inode;
    if (!same) fs::rename(s.at("access.log"), s.at("junk" + std::to_string(i)));
  }
  if (!same) WARN("the file system does not use inodes again");
  write_file(s.at("access.log"), begin + "\n" + some_lines("b", 100));
  s.restart(state);
  CHECK(s.count() == 101);
  CHECK(s.loss(Loss::kGenerationGone) == 1);
  CHECK(s.losses() == 1);
}

TEST_CASE("rotation [16] thirty rotations, two are kept, killed in each") {
  Scenario s;
  write_file(s.at("access.log"), "");
  CHECK(s.count() == 0);
  std::size_t count = 0;
  for (int i = 0; i < 30; ++i) {
    CHECK(s.count(seconds(2)) == 0);  // nobody writes to what was rotated: it is finished
    const std::string state = s.save();
    Writer(s.at("access.log")).write(some_lines("g" + std::to_string(i), 10));
    s.take();  // and forgotten by the kill
    Writer old_writer(s.at("access.log"));
    rotate(s.at("access.log"), 2);
    write_file(s.at("access.log"), "");
    old_writer.write(some_lines("late", 1));
    s.restart(state);
    count += s.count();
  }
  CHECK(count == 330);
  CHECK(s.losses() == 0);
  CHECK(s.doubts() == 0);
}

TEST_CASE("rotation [17] [18] half a line at the end of the old file") {
  Scenario s;
  auto writer = std::make_unique<Writer>(s.at("access.log"));
  writer->write("1\nhal");
  CHECK(s.lines() == Lines{"1"});
  rotate(s.at("access.log"));
  write_file(s.at("access.log"), "new\n");
  CHECK(s.lines() == Lines{"new"});
  CHECK(s.count(seconds(5)) == 0);
  SECTION("its end comes") {
    writer->write("f\n");
    CHECK(s.lines() == Lines{"half"});
    CHECK(s.files->stats().unterminated_lines == 0);
  }
  SECTION("the writer ends: it is counted as it is, once nobody can end it") {
    writer.reset();
    CHECK(s.count() == 1);
    CHECK(s.files->stats().unterminated_lines == 1);
    CHECK(s.count(minutes(11)) == 0);
    CHECK(s.files->open_files() == 1);
    s.restart();
    CHECK(s.count() == 0);
    CHECK(s.files->stats().unterminated_lines == 1);
  }
  SECTION("the writer stays and is silent") {
    CHECK(s.lines(minutes(10)) == Lines{"hal"});
    CHECK(s.files->stats().unterminated_lines == 1);
  }
  SECTION("across a restart") {
    s.restart();
    CHECK(s.count() == 0);
    writer->write("f\n");
    CHECK(s.lines() == Lines{"half"});
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "input/follow/follower.h"

#include <filesystem>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <poll.h>

#include "unit/input/support.h"

using routemeter::input::Block;
using routemeter::input::follow;
using routemeter::input::Follower;
using routemeter::input::kBlockSize;
using routemeter::input::kMaxLine;
using routemeter::input::kReadSize;
using routemeter::test::TempDir;
using routemeter::test::write_file;
using routemeter::test::Writer;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<Follower> following(const std::vector<std::string>& paths) {
  auto follower = follow(paths);
  REQUIRE(follower);
  return std::move(*follower);
}

bool woken(const Follower& follower, int timeout_ms = 120'000) {
  pollfd waiting{follower.wake_fd(), POLLIN, 0};
  return ::poll(&waiting, 1, timeout_ms) == 1;
}

// All lines that there are now, by source, and the sources in the order of the blocks.
struct Taken {
  std::vector<std::string> text;
  std::vector<std::size_t> order;
  std::uint64_t too_long = 0;
};

Taken take(Follower& follower, std::size_t sources) {
  Taken taken;
  taken.text.resize(sources);
  follower.look();
  Block block;
  std::size_t source = 99;
  while (follower.next(block, source)) {
    REQUIRE(source < sources);
    CHECK((block.text.empty() ? block.too_long > 0 : block.text.back() == '\n'));
    CHECK(block.text.size() <= kBlockSize);
    taken.text[source] += block.text;
    taken.order.push_back(source);
    taken.too_long += block.too_long;
  }
  return taken;
}

std::string lines_of(Follower& follower) { return take(follower, 1).text[0]; }

using Messages = std::vector<std::string>;

}  // namespace

TEST_CASE("follower: from the beginning, then what is appended, announced by the descriptor") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  write_file(path, "1\n2\n");
  const auto follower = following({path});
  CHECK(lines_of(*follower) == "1\n2\n");
  CHECK(lines_of(*follower).empty());
  CHECK_FALSE(woken(*follower, 0));
  Writer(path).write("3\n");
  REQUIRE(woken(*follower));
  CHECK(lines_of(*follower) == "3\n");
  CHECK_FALSE(woken(*follower, 0));
  CHECK(follower->take_messages().empty());
}

TEST_CASE("follower: a torn line waits for its end") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Writer writer(path);
  const auto follower = following({path});
  writer.write("one\ntw");
  CHECK(lines_of(*follower) == "one\n");
  CHECK(follower->lag(0) == 2);
  CHECK(lines_of(*follower).empty());
  CHECK(follower->lag(0) == 2);
  writer.write("o\nthree");
  CHECK(lines_of(*follower) == "two\n");
  CHECK(follower->lag(0) == 5);
  writer.write("\n");
  CHECK(lines_of(*follower) == "three\n");
  CHECK(follower->lag(0) == 0);
}

TEST_CASE("follower: one byte per write, looked at after each") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Writer writer(path);
  const auto follower = following({path});
  std::string text;
  for (int i = 0; i < 40; ++i) text += "line " + std::to_string(i) + "\n";
  std::string got;
  for (const char c : text) {
    writer.write({&c, 1});
    const std::string lines = lines_of(*follower);
    CHECK(lines.empty() == (c != '\n'));
    got += lines;
  }
  CHECK(got == text);
}

TEST_CASE("follower: a file that appears later, also in a directory that is made later") {
  const TempDir dir;
  const std::string path = dir / "logs/access.log";
  const auto follower = following({path});
  const std::string missing = path + ": No such file or directory, waiting for the file";
  CHECK(lines_of(*follower).empty());
  CHECK(follower->take_messages() == Messages{missing});
  CHECK(lines_of(*follower).empty());
  CHECK(follower->take_messages().empty());
  CHECK(follower->lag(0) == 0);

  fs::create_directory(dir / "logs");
  CHECK(lines_of(*follower).empty());  // the directory is watched from here on
  write_file(path, "first\n");
  REQUIRE(woken(*follower));
  CHECK(lines_of(*follower) == "first\n");
  CHECK(follower->take_messages() == Messages{path + ": is there, reading it"});

  SECTION("directory replaced, with a new file") {
    fs::rename(dir / "logs", dir / "old");
    fs::create_directory(dir / "logs");
    REQUIRE(woken(*follower));
    write_file(path, "second\n");
    CHECK(lines_of(*follower) == "second\n");
    Writer(path).write("third\n");
    REQUIRE(woken(*follower));
    Writer(dir / "old/access.log").write("late\n");
    const std::string got = lines_of(*follower);
    CHECK((got == "third\nlate\n" || got == "late\nthird\n"));
  }
}

TEST_CASE("follower: a directory in place of the file") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  fs::create_directory(path);
  const auto follower = following({path});
  CHECK(lines_of(*follower).empty());
  CHECK(follower->take_messages() == Messages{path + ": is not a regular file, waiting for one"});
  fs::remove(path);
  CHECK(lines_of(*follower).empty());
  CHECK(follower->take_messages() == Messages{path + ": No such file or directory, waiting for the file"});
  write_file(path, "a\n");
  CHECK(lines_of(*follower) == "a\n");
  CHECK(follower->take_messages() == Messages{path + ": is there, reading it"});
}

TEST_CASE("follower: a FIFO in place of a file that was there does not block and is not opened") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  const auto follower = following({path});
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(lines_of(*follower).empty());
  CHECK(follower->take_messages() == Messages{path + ": is not a regular file, waiting for one"});
  // A reader would make this succeed.
  CHECK(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC) == -1);
}

TEST_CASE("follower: rotation by rename, the writer keeps the old file for a while") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Writer old_writer(path);
  old_writer.write("old 1\n");
  const auto follower = following({path});
  CHECK(lines_of(*follower) == "old 1\n");

  old_writer.write("old 2\nhalf");
  fs::rename(path, dir / "access.log.1");
  CHECK(lines_of(*follower) == "old 2\n");  // no file at the path now
  old_writer.write(" and half\n");
  CHECK(lines_of(*follower) == "half and half\n");
  Writer new_writer(path);
  new_writer.write("new 1\n");
  CHECK(lines_of(*follower) == "new 1\n");
  old_writer.write("old 3\n");
  REQUIRE(woken(*follower));
  CHECK(lines_of(*follower) == "old 3\n");
  old_writer.write("old 4\nol");
  new_writer.write("new 2\nnew 3");
  const std::string both = lines_of(*follower);
  CHECK((both == "old 4\nnew 2\n" || both == "new 2\nold 4\n"));
  CHECK(follower->lag(0) == 7);
  // Deleted, still written to.
  fs::remove(dir / "access.log.1");
  old_writer.write("d 5\n");
  CHECK(lines_of(*follower) == "old 5\n");
}

TEST_CASE("follower: names that come back or lead to a file twice are not read twice") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  write_file(path, "1\n");
  SECTION("renamed back") {
    const auto follower = following({path});
    CHECK(lines_of(*follower) == "1\n");
    fs::rename(path, dir / "x");
    CHECK(lines_of(*follower).empty());
    fs::rename(dir / "x", path);
    Writer(path).write("2\n");
    CHECK(lines_of(*follower) == "2\n");
  }
  SECTION("the rotated name is followed too") {
    const auto follower = following({path, dir / "access.log.1"});
    CHECK(take(*follower, 2).text[0] == "1\n");
    fs::rename(path, dir / "access.log.1");
    write_file(path, "2\n");
    CHECK(take(*follower, 2).text == std::vector<std::string>{"2\n", ""});
  }
  SECTION("a link and its target") {
    fs::create_symlink(path, dir / "current");
    const auto follower = following({dir / "current", path});
    CHECK(take(*follower, 2).text == std::vector<std::string>{"1\n", ""});
  }
}

TEST_CASE("follower: a symbolic link into another directory is watched there, and switched") {
  const TempDir dir;
  fs::create_directory(dir / "data");
  fs::create_directory(dir / "links");
  write_file(dir / "data/a", "a1\n");
  fs::create_symlink(dir / "data/a", dir / "links/current");
  const auto follower = following({dir / "links/current"});
  CHECK(lines_of(*follower) == "a1\n");
  Writer a(dir / "data/a");
  a.write("a2\n");
  REQUIRE(woken(*follower));
  CHECK(lines_of(*follower) == "a2\n");
  write_file(dir / "data/b", "b1\n");
  fs::create_symlink(dir / "data/b", dir / "links/next");
  fs::rename(dir / "links/next", dir / "links/current");
  CHECK(lines_of(*follower) == "b1\n");
  a.write("a3\n");
  CHECK(lines_of(*follower) == "a3\n");
}

TEST_CASE("follower: a file that shrinks is read from its start") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  const auto follower = following({path});
  const Messages told{path + ": has been truncated, reading it from its start"};

  SECTION("by copytruncate, the writer appending") {
    Writer writer(path);
    writer.write("1\n2\n3\nhal");
    CHECK(lines_of(*follower) == "1\n2\n3\n");
    fs::resize_file(path, 0);
    CHECK(lines_of(*follower).empty());
    CHECK(follower->take_messages() == told);
    writer.write("4\n");
    CHECK(lines_of(*follower) == "4\n");  // not "hal4"
    CHECK(follower->take_messages().empty());
  }
  SECTION("the writer keeps its place: a hole of NUL before its next line") {
    Writer writer(path, 0);
    writer.write("1\n2\n3\n");
    CHECK(lines_of(*follower) == "1\n2\n3\n");
    fs::resize_file(path, 0);
    CHECK(lines_of(*follower).empty());
    writer.write("4\n");
    CHECK(fs::file_size(path) == 8);
    CHECK(lines_of(*follower) == "4\n");
    CHECK(follower->lag(0) == 0);
  }
  SECTION("and has lines again when we look") {
    write_file(path, "1\n2\n3\n");
    CHECK(lines_of(*follower) == "1\n2\n3\n");
    write_file(path, "4\n");
    CHECK(lines_of(*follower) == "4\n");
    CHECK(follower->take_messages() == told);
  }
  SECTION("before it was read to its end") {
    const std::string line = std::string(99, 'x') + "\n";
    std::string text;
    while (text.size() < 2 * kReadSize) text += line;
    write_file(path, text);
    follower->look();
    Block block;
    std::size_t source = 9;
    REQUIRE(follower->next(block, source));
    std::string next_text;
    while (next_text.size() < kReadSize + 100) next_text += std::string(99, 'y') + "\n";  // longer than read
    write_file(path, next_text);
    CHECK((lines_of(*follower) == next_text));
    CHECK(follower->take_messages() == Messages{path + ": has been rewritten, reading it from its start"});
  }
}

TEST_CASE("follower: files take turns") {
  const TempDir dir;
  const std::string line = std::string(199, 'x') + "\n";
  std::string big;
  while (big.size() < 10 * kReadSize) big += line;
  write_file(dir / "big", big);
  write_file(dir / "small", "a\n");
  write_file(dir / "middle", std::string(big, 0, 4 * kReadSize - 4 * kReadSize % line.size()));
  const auto follower = following({dir / "big", dir / "small", dir / "middle"});
  const Taken taken = take(*follower, 3);
  CHECK((taken.text[0] == big));
  CHECK(taken.text[1] == "a\n");
  CHECK(taken.text[2].size() > 3 * kReadSize);
  // While a file has more, nobody gets two blocks before it gets one.
  std::vector<std::size_t> first(taken.order.begin(), taken.order.begin() + 7);
  CHECK(std::count(first.begin(), first.end(), 0) == 3);
  CHECK(std::count(first.begin(), first.end(), 1) == 1);
  CHECK(std::count(first.begin(), first.end(), 2) == 3);
}

TEST_CASE("follower: reading ends at the end that was looked at, for a writer that never stops") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Writer writer(path);
  writer.write("1\n");
  const auto follower = following({path});
  follower->look();
  Block block;
  std::size_t source = 0;
  int blocks = 0;
  while (follower->next(block, source)) {
    writer.write("more\n");
    REQUIRE(++blocks < 10);
  }
  CHECK(blocks == 1);
  CHECK(follower->lag(0) == 5);
  CHECK(woken(*follower));  // the rest was announced
  CHECK(lines_of(*follower) == "more\n");
}

TEST_CASE("follower: a line that is too long is counted once, at its end") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Writer writer(path);
  const auto follower = following({path});
  writer.write("a\n" + std::string(kMaxLine, 'x'));
  Taken taken = take(*follower, 1);
  CHECK(taken.text[0] == "a\n");
  CHECK(follower->lag(0) == kMaxLine);
  writer.write(std::string(5 * kMaxLine, 'x'));
  taken = take(*follower, 1);
  CHECK(taken.order.empty());
  CHECK(taken.too_long == 0);
  writer.write("\n");
  taken = take(*follower, 1);
  CHECK(taken.text[0].empty());
  CHECK(taken.too_long == 1);
  writer.write("b\n");
  taken = take(*follower, 1);
  CHECK(taken.text[0] == "b\n");
  CHECK(taken.too_long == 0);
}

TEST_CASE("follower: a block given back comes again after the next look, with more") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  Block block;
  std::size_t source = 0;

  SECTION("short file that grows") {
    Writer writer(path);
    writer.write("1\nha");
    const auto follower = following({path});
    follower->look();
    REQUIRE(follower->next(block, source));
    CHECK(block.text == "1\n");
    follower->unread(source);
    CHECK(follower->lag(0) == 4);
    CHECK_FALSE(follower->next(block, source));
    CHECK(lines_of(*follower) == "1\n");
    CHECK(lines_of(*follower).empty());
    follower->unread(0);
    writer.write("lf\n2");
    follower->look();
    REQUIRE(follower->next(block, source));
    CHECK(block.text == "1\nhalf\n");
    follower->unread(source);
    CHECK(lines_of(*follower) == "1\nhalf\n");
    writer.write("\n");
    CHECK(lines_of(*follower) == "2\n");
  }
  SECTION("the next try sees a whole block") {
    const std::string line = std::string(9999, 'x') + "\n";
    std::string text;
    while (text.size() < 3 * kBlockSize) text += line;
    write_file(path, text);
    const auto follower = following({path});
    follower->look();
    REQUIRE(follower->next(block, source));
    CHECK(block.text.size() <= kReadSize);
    follower->unread(source);
    follower->look();
    REQUIRE(follower->next(block, source));
    CHECK(block.text.size() > kBlockSize / 2);
    follower->unread(source);
    CHECK((lines_of(*follower) == text));
  }
  SECTION("skipped lines before it count again") {
    write_file(path, std::string(3 * kMaxLine, 'x') + "\na\n");
    const auto follower = following({path});
    follower->look();
    REQUIRE(follower->next(block, source));
    CHECK(block.too_long == 1);
    follower->unread(source);
    const Taken taken = take(*follower, 1);
    CHECK(taken.text[0] == "a\n");
    CHECK(taken.too_long == 1);
  }
  SECTION("another source goes on") {
    write_file(path, "1\n");
    write_file(dir / "other", "a\n");
    const auto follower = following({path, dir / "other"});
    follower->look();
    std::string others;
    while (follower->next(block, source)) {
      if (source == 0) {
        follower->unread(0);
      } else {
        others += block.text;
      }
    }
    CHECK(others == "a\n");
    CHECK(take(*follower, 2).text == std::vector<std::string>{"1\n", ""});
  }
  SECTION("the file is truncated meanwhile") {
    Writer writer(path);
    writer.write("1\n2\n");
    const auto follower = following({path});
    CHECK(lines_of(*follower) == "1\n2\n");
    writer.write("3\n4\n");
    follower->look();
    REQUIRE(follower->next(block, source));
    fs::resize_file(path, 0);
    const bool looked = GENERATE(false, true);
    if (looked) follower->look();
    follower->unread(source);
    writer.write("5\n6\n7\n");
    CHECK(lines_of(*follower) == "5\n6\n7\n");
  }
}

TEST_CASE("follower: paths that no file can have") {
  const auto follower = follow({"ok.log", "", std::string("a\0b", 3)});
  REQUIRE_FALSE(follower);
  REQUIRE(follower.errors().size() == 2);
  CHECK(follower.errors()[0].message == "a log file needs a name");
  CHECK(follower.errors()[1].message == "a path cannot hold a NUL byte");
}

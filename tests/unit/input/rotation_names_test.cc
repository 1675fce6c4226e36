// SPDX-License-Identifier: Apache-2.0
// tests/RELIABILITY.md section A, second half: other directories, names, links and kinds of files.
// Scenario numbers are in brackets.
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

}  // namespace

TEST_CASE("rotation [19] olddir") {
  FollowOptions options;
  const bool named = GENERATE(true, false);
  const bool down = GENERATE(true, false);
  if (named) options.rotated_dir = "old";
  Scenario s({"access.log"}, options);
  fs::create_directory(s.at("old"));
  write_file(s.at("access.log"), some_lines("a", 100));
  CHECK(s.count() == 100);
  const std::string state = s.save();
  Writer(s.at("access.log")).write(some_lines("b", 10));
  fs::rename(s.at("access.log"), s.at("old/access.log.1"));
  write_file(s.at("access.log"), some_lines("c", 10));
  if (down) s.restart(state);
  CHECK(s.count() == (down && !named ? 10U : 20U));
  CHECK(s.losses() == (down && !named ? 1U : 0U));
}

TEST_CASE("rotation [20] olddir on another file system: a copy, and the original deleted") {
  FollowOptions options;
  options.rotated_dir = "old";
  Scenario s({"access.log"}, options);
  fs::create_directory(s.at("old"));
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 100));
  CHECK(s.count() == 100);
  writer.write(some_lines("b", 10));
  fs::copy_file(s.at("access.log"), s.at("old/access.log.1"));
  const bool looked = GENERATE(true, false);
  if (looked) CHECK(s.count() == 10);
  fs::remove(s.at("access.log"));
  write_file(s.at("access.log"), some_lines("c", 10));
  CHECK(s.count() == (looked ? 10U : 20U));
  writer.write(some_lines("d", 5));
  CHECK(s.count() == 5);
  CHECK(s.losses() == 0);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("rotation [21] [22] names that come back, and two names for one file") {
  Scenario s;
  write_file(s.at("access.log"), some_lines("a", 100));
  CHECK(s.count() == 100);
  SECTION("renamed back") {
    fs::rename(s.at("access.log"), s.at("x"));
    if (GENERATE(true, false)) CHECK(s.count() == 0);
    fs::rename(s.at("x"), s.at("access.log"));
    CHECK(s.count() == 0);
    CHECK(s.count(minutes(11)) == 0);
  }
  SECTION("hard link, then the new file") {
    fs::create_hard_link(s.at("access.log"), s.at("access.log.1"));
    CHECK(s.count() == 0);
    fs::remove(s.at("access.log"));
    write_file(s.at("access.log"), some_lines("b", 10));
    Writer(s.at("access.log.1")).write(some_lines("c", 10));
    CHECK(s.count() == 20);
  }
  s.restart();
  CHECK(s.count() == 0);
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation [23] another file is renamed over the log") {
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 10));
  CHECK(s.count() == 10);
  writer.write(some_lines("b", 10));
  write_file(s.at("new"), some_lines("c", 200));
  fs::rename(s.at("new"), s.at("access.log"));
  CHECK(s.count() == 210);
  writer.write(some_lines("d", 10));
  CHECK(s.count() == 10);
  CHECK(s.losses() == 0);
}

TEST_CASE("rotation [24] a new file that may not be read yet") {
  if (::geteuid() != 0) return;  // to become somebody else, and back
  Scenario s;
  fs::permissions(s.at("."), fs::perms::all);
  write_file(s.at("access.log"), some_lines("a", 10));
  CHECK(s.count() == 10);
  rotate(s.at("access.log"));
  write_file(s.at("access.log"), some_lines("b", 10));
  fs::permissions(s.at("access.log"), fs::perms::owner_read);
  REQUIRE(::seteuid(65534) == 0);
  const std::size_t hidden = s.count();
  const std::size_t still_hidden = s.count(seconds(1));
  const auto messages = s.files->take_messages();
  REQUIRE(::seteuid(0) == 0);
  CHECK(hidden == 0);
  CHECK(still_hidden == 0);
  CHECK(messages == Lines{s.at("access.log") + ": cannot open: Permission denied, trying again"});
  CHECK(s.files->stats().read_errors == std::map<int, std::uint64_t>{{EACCES, 1}});
  fs::permissions(s.at("access.log"), fs::perms::all);
  REQUIRE(::seteuid(65534) == 0);
  const std::size_t shown = s.count();
  REQUIRE(::seteuid(0) == 0);
  CHECK(shown == 10);
}

TEST_CASE("rotation [25] the path becomes something that is no file") {
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write("1\n");
  CHECK(s.count() == 1);
  rotate(s.at("access.log"));
  const std::string path = s.at("access.log");
  SECTION("a directory") { fs::create_directory(path); }
  SECTION("a FIFO") { REQUIRE(::mkfifo(path.c_str(), 0600) == 0); }
  SECTION("a device") { fs::create_symlink("/dev/zero", path); }
  SECTION("a socket") {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(fd);
  }
  writer.write("2\n");
  CHECK(s.lines() == Lines{"2"});
  CHECK(s.files->take_messages() == Lines{path + ": is not a regular file, waiting for one"});
  CHECK(s.count(seconds(1)) == 0);
  CHECK(s.files->take_messages().empty());
  fs::remove(path);
  write_file(path, "3\n");
  CHECK(s.lines() == Lines{"3"});
}

TEST_CASE("rotation [26] a symbolic link that is switched") {
  Scenario s({"current"});
  const auto link = [&](const std::string& target) {
    fs::create_symlink(target, s.at("next"));
    fs::rename(s.at("next"), s.at("current"));
  };
  SECTION("to another file, the old one written to for a while") {
    Writer a(s.at("a.log"));
    a.write("a1\n");
    link("a.log");
    CHECK(s.lines() == Lines{"a1"});
    a.write("a2\n");
    write_file(s.at("b.log"), "b1\n");
    write_file(s.at("b.log.1"), "before it was ours\n");
    link("b.log");
    CHECK(s.lines() == Lines{"a2", "b1"});
    CHECK(s.rotations(Rotation::kSymlink) == 1);
    CHECK(s.rotations(Rotation::kRename) == 0);
    a.write("a3\n");
    CHECK(s.lines() == Lines{"a3"});
    // And while we are down.
    const std::string state = s.save();
    a.write("a4\n");
    Writer(s.at("b.log")).write("b2\n");
    write_file(s.at("c.log"), "c1\n");
    link("c.log");
    s.restart(state);
    CHECK(s.lines() == Lines{"a4", "b2", "c1"});
    CHECK(s.losses() == 0);
  }
  SECTION("to nothing, in a loop, and back") {
    link("missing");
    CHECK(s.count() == 0);
    link("current");
    CHECK(s.count() == 0);
    CHECK(s.files->take_messages().size() == 2);
    write_file(s.at("a.log"), "a1\n");
    link("a.log");
    CHECK(s.lines() == Lines{"a1"});
  }
}

TEST_CASE("rotation [26] a linked directory is replaced") {
  Scenario s({"current/access.log"});
  fs::create_directory(s.at("r1"));
  fs::create_directory(s.at("r2"));
  Writer a(s.at("r1/access.log"));
  a.write("a1\n");
  write_file(s.at("r2/access.log"), "b1\n");
  fs::create_symlink("r1", s.at("current"));
  CHECK(s.lines() == Lines{"a1"});
  fs::create_symlink("r2", s.at("next"));
  fs::rename(s.at("next"), s.at("current"));
  a.write("a2\n");
  CHECK(s.lines() == Lines{"a2", "b1"});
}

TEST_CASE("rotation [27] two hundred logs rotated at once") {
  std::vector<std::string> logs;
  for (int i = 0; i < 200; ++i) logs.push_back("site" + std::to_string(i) + ".log");
  Scenario s(logs);
  for (const std::string& log : logs) write_file(s.at(log), some_lines(log, 10));
  CHECK(s.count() == 2000);
  for (const std::string& log : logs) {
    Writer(s.at(log)).write(some_lines(log, 5));
    rotate(s.at(log));
    write_file(s.at(log), some_lines(log, 5));
  }
  CHECK(s.count() == 2000);
  CHECK(s.rotations(Rotation::kRename) == 200);
  CHECK(s.losses() == 0);
  CHECK(s.count(seconds(2)) == 0);
  CHECK(s.files->open_files() == 200);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("rotation: what was there before us is known, not read, and read on when it grows") {
  Scenario s;
  Writer old_writer(s.at("access.log.1"));
  old_writer.write(some_lines("old", 10) + "torn");
  write_file(s.at("access.log.2"), some_lines("older", 10));
  write_file(s.at("access.log"), some_lines("a", 10));
  CHECK(s.lines() == sorted(some_lines("a", 10)));
  old_writer.write(" no more\n");
  CHECK(s.lines() == Lines{"torn no more"});
  // Compressed the next day, it is still not ours.
  gzip_file(s.at("access.log.2"), s.at("access.log.3.gz"));
  CHECK(s.count() == 0);
  s.restart();
  CHECK(s.count() == 0);
  CHECK(s.losses() == 0);
}

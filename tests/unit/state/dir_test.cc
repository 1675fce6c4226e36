// SPDX-License-Identifier: Apache-2.0
// Commits and loads, and everything that can be wrong with the files and the directory when we start.
#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/state/support.h"

namespace routemeter::state {
namespace {

TEST_CASE("a first start finds nothing, and makes a directory and files for nobody else") {
  const Place place;
  const Opened state = open(place);
  REQUIRE(state.dir);
  CHECK(state->load_result() == Load::kMissing);
  CHECK(state->loaded().empty());
  CHECK(state->generation() == 0);
  CHECK(state->commit(numbered(1)) == 0);
  CHECK((fs::status(place.dir()).permissions() & fs::perms::mask) == fs::perms(0700));
  int files = 0;
  for (const auto& file : fs::directory_iterator(place.dir())) {
    CAPTURE(file.path());
    CHECK((fs::status(file).permissions() & fs::perms::mask) == fs::perms(0600));
    ++files;
  }
  CHECK(files == 3);
}

TEST_CASE("what was committed last is what is loaded") {
  const Place place;
  const bool sync = GENERATE(true, false);
  for (int n = 1; n <= 5; ++n) {
    const Opened state = open(place.dir(), sync);
    REQUIRE(state.dir);
    CHECK(state->load_result() == (n == 1 ? Load::kMissing : Load::kOk));
    CHECK(same(state->loaded(), n == 1 ? Sections() : numbered(n * 10 - 10)));
    for (int k = 1; k <= 10; ++k) REQUIRE(state->commit(numbered(n * 10 - 10 + k)) == 0);
    CHECK(state->generation() == static_cast<std::uint64_t>(n) * 10);
  }
}

TEST_CASE("empty, many and large sections") {
  const Place place;
  Sections sections = {{"", ""}, {"big", std::string(3'000'000, 'b')}};
  for (int i = 0; i < 1000; ++i) sections.push_back({"s" + std::to_string(i), std::string(1, '\0')});
  CHECK(open(place)->commit(sections) == 0);
  CHECK(same(open(place)->loaded(), sections));
  CHECK(open(place)->commit({}) == 0);
  const Opened state = open(place);
  CHECK(state->load_result() == Load::kOk);
  CHECK(state->loaded().empty());
}

TEST_CASE("too large a state is refused, and the old one stays") {
  const Place place;
  fill(place, 2);
  CHECK(open(place)->commit({{"big", std::string(257U << 20, 'b')}}) == EFBIG);
  CHECK(same(open(place)->loaded(), numbered(2)));
}

TEST_CASE("two processes cannot share a directory") {
  const Place place;
  const Opened first = open(place);
  const Opened second = open(place);
  CHECK_FALSE(second.dir);
  CHECK_THAT(second.message,
             Catch::Contains("process " + std::to_string(::getpid()) + " is using this state directory"));
  CHECK(first->commit(numbered(1)) == 0);
}

TEST_CASE("the lock ends with its owner") {
  const Place place;
  { const Opened first = open(place); }
  CHECK(open(place).dir);
}

TEST_CASE("a file that is not an ordinary file of ours is refused") {
  const Place place;
  fill(place, 2);
  const std::string name = GENERATE("state", "state.prev");
  const fs::path file = place.file(name);
  std::string expected;
  SECTION("symlink") {
    fs::rename(file, place.root() / "elsewhere");
    fs::create_symlink(place.root() / "elsewhere", file);
    expected = "is a symlink";
  }
  SECTION("FIFO") {
    fs::remove(file);
    REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    expected = "is no regular file";
  }
  SECTION("directory") {
    fs::remove(file);
    fs::create_directory(file);
    expected = "is no regular file";
  }
  SECTION("writable by the group") {
    fs::permissions(file, fs::perms(0620));
    expected = "may be written by others (mode 0620)";
  }
  SECTION("writable by all") {
    fs::permissions(file, fs::perms(0602));
    expected = "may be written by others (mode 0602)";
  }
  SECTION("of another user") {
    if (::chown(file.c_str(), 12345, static_cast<gid_t>(-1)) != 0) {
      WARN("not root: files of other users cannot be made");
      return;
    }
    expected = "belongs to user 12345";
  }
  const Opened state = open(place);
  CHECK_FALSE(state.dir);
  CHECK_THAT(state.message, Catch::Contains(expected) && Catch::Contains("`" + name + "`"));
}

TEST_CASE("a directory that is not ours alone is refused") {
  const Place place;
  std::string expected;
  SECTION("writable by others") {
    fs::create_directory(place.dir());
    fs::permissions(place.dir(), fs::perms(0777));
    expected = "may be written by others (mode 0777)";
  }
  SECTION("a file") {
    write(place.dir(), "x");
    expected = "Not a directory";
  }
  SECTION("no parent") {
    fs::remove_all(place.root());
    expected = "cannot make the state directory: No such file or directory";
  }
  SECTION("of another user") {
    fs::create_directory(place.dir());
    if (::chown(place.dir().c_str(), 12345, static_cast<gid_t>(-1)) != 0) {
      WARN("not root: directories of other users cannot be made");
      return;
    }
    expected = "belongs to user 12345";
  }
  SECTION("a symlink of another user") {
    fs::create_directory(place.root() / "real");
    fs::create_symlink("real", place.dir());
    if (::lchown(place.dir().c_str(), 12345, static_cast<gid_t>(-1)) != 0) {
      WARN("not root: symlinks of other users cannot be made");
      return;
    }
    expected = "is a symlink of user 12345";
  }
  SECTION("the lock is a symlink") {
    fs::create_directory(place.dir());
    fs::create_symlink("/etc/passwd", place.file("lock"));
    expected = "cannot open the lock";
  }
  const Opened state = open(place);
  CHECK_FALSE(state.dir);
  CHECK_THAT(state.message, Catch::Contains(expected));
}

TEST_CASE("our own symlink to the directory is fine: systemd makes one for DynamicUser") {
  const Place place;
  fs::create_directory(place.root() / "real");
  fs::permissions(place.root() / "real", fs::perms(0700));
  fs::create_symlink("real", place.dir());
  CHECK(open(place.dir() / "")->commit(numbered(1)) == 0);
  CHECK(same(open(place)->loaded(), numbered(1)));
}

}  // namespace
}  // namespace routemeter::state

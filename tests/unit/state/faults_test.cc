// SPDX-License-Identifier: Apache-2.0
// What happens to the directory and its disk while we run. Errors of system calls are injected by
// tests/e2e/state_crash_test.py.
#include <cerrno>
#include <string>

#include <catch2/catch.hpp>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "unit/state/support.h"

namespace routemeter::state {
namespace {

TEST_CASE("the directory is removed while we run: the next commit makes it again") {
  const Place place;
  const Opened state = open(place);
  CHECK(state->commit(numbered(1)) == 0);
  fs::remove_all(place.dir());
  CHECK(state->commit(numbered(2)) == 0);
  CHECK(state->commit(numbered(3)) == 0);
  CHECK_FALSE(open(place).dir);  // the lock is ours again as well
  CHECK(state->generation() == 3);
}

TEST_CASE("the directory is moved away: commits go to where our path leads") {
  const Place place;
  Opened state = open(place);
  CHECK(state->commit(numbered(1)) == 0);
  fs::rename(place.dir(), place.root() / "moved");
  CHECK(state->commit(numbered(2)) == 0);
  state.dir.reset();
  CHECK(same(open(place)->loaded(), numbered(2)));
  CHECK(same(open(place.root() / "moved")->loaded(), numbered(1)));
}

TEST_CASE("a copy of the directory takes its place: the running process goes on in it") {
  const Place place;
  Opened state = open(place);
  CHECK(state->commit(numbered(1)) == 0);
  fs::copy(place.dir(), place.root() / "copy");
  CHECK(state->commit(numbered(2)) == 0);
  fs::remove_all(place.dir());
  fs::rename(place.root() / "copy", place.dir());
  CHECK(state->commit(numbered(3)) == 0);
  state.dir.reset();
  CHECK(same(open(place)->loaded(), numbered(3)));
}

TEST_CASE("another process's directory takes our path: it is not touched") {
  const Place place;
  const Opened state = open(place);
  CHECK(state->commit(numbered(1)) == 0);
  fs::rename(place.dir(), place.root() / "moved");
  SECTION("and it runs") {
    const Opened other = open(place);
    CHECK(state->commit(numbered(2)) == EWOULDBLOCK);
    CHECK(other->commit(numbered(9)) == 0);
  }
  SECTION("and it is further than we are") {
    fill(place, 9);
    CHECK(state->commit(numbered(2)) == ESTALE);
    CHECK(same(open(place)->loaded(), numbered(9)));
  }
}

TEST_CASE("the directory is replaced by a file, then comes back") {
  const Place place;
  const Opened state = open(place);
  CHECK(state->commit(numbered(1)) == 0);
  fs::remove_all(place.dir());
  write(place.dir(), "x");
  CHECK(state->commit(numbered(2)) == ENOTDIR);
  CHECK(state->commit(numbered(2)) == ENOTDIR);
  CHECK(state->generation() == 1);
  fs::remove(place.dir());
  CHECK(state->commit(numbered(3)) == 0);
}

TEST_CASE("files are removed or replaced while we run") {
  const Place place;
  Opened state = open(place);
  CHECK(state->commit(numbered(1)) == 0);
  CHECK(state->commit(numbered(2)) == 0);
  SECTION("state") { fs::remove(place.file("state")); }
  SECTION("spare") { fs::remove(place.file("state.prev")); }
  SECTION("both") {
    fs::remove(place.file("state"));
    fs::remove(place.file("state.prev"));
  }
  SECTION("lock") { fs::remove(place.file("lock")); }
  SECTION("the spare is a symlink") {
    fs::remove(place.file("state.prev"));
    write(place.root() / "victim", "untouched");
    fs::create_symlink(place.root() / "victim", place.file("state.prev"));
  }
  SECTION("the spare is a FIFO") {
    fs::remove(place.file("state.prev"));
    REQUIRE(::mkfifo(place.file("state.prev").c_str(), 0600) == 0);
  }
  SECTION("the spare may be written by others") {
    fs::permissions(place.file("state.prev"), fs::perms(0666));
  }
  CHECK(state->commit(numbered(3)) == 0);
  CHECK(state->commit(numbered(4)) == 0);
  CHECK_FALSE(open(place).dir);  // still locked
  if (fs::exists(place.root() / "victim")) CHECK(read(place.root() / "victim") == "untouched");
  state.dir.reset();
  CHECK(same(open(place)->loaded(), numbered(4)));
}

// A tmpfs over `path`, in a mount namespace of this process alone. False where mounts are impossible.
bool mount_tmpfs(const fs::path& path, const char* options) {
  if (::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
      ::mount("tmpfs", path.c_str(), "tmpfs", 0, options) == 0) {
    return true;
  }
  WARN("no mounts here: full and read-only disks are not tested");
  return false;
}

struct TinyDisk {
  explicit TinyDisk(const char* options) : there(mount_tmpfs(place.root(), options)) {}
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;
  ~TinyDisk() {
    if (there) ::umount2(place.root().c_str(), MNT_DETACH);
  }
  void fill_up() const { write(place.root() / "ballast", std::string(4 << 20, 'b')); }
  Place place;
  bool there;
};

TEST_CASE("a disk that becomes full does not stop the commits") {
  const TinyDisk disk("size=1M");
  if (!disk.there) return;
  Opened state = open(disk.place);
  CHECK(state->commit(numbered(1)) == 0);
  disk.fill_up();
  for (int n = 2; n < 10; ++n) CHECK(state->commit(numbered(n)) == 0);
  state.dir.reset();
  const Opened again = open(disk.place);
  REQUIRE(again.dir);
  CHECK(same(again->loaded(), numbered(9)));
  CHECK(again->commit(numbered(10)) == 0);
}

TEST_CASE("a full disk and a state that grows: the old one holds until there is room") {
  const TinyDisk disk("size=1M");
  if (!disk.there) return;
  const Opened state = open(disk.place);
  CHECK(state->commit(numbered(1)) == 0);
  CHECK(state->commit(numbered(2)) == 0);
  disk.fill_up();
  const Sections large = {{"large", std::string(200'000, 'l')}};
  CHECK(state->commit(large) == ENOSPC);
  CHECK(state->commit(large) == ENOSPC);
  CHECK(state->generation() == 2);
  fs::copy(disk.place.dir(), fs::temp_directory_path() / "routemeter-full-copy",
           fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  CHECK(same(open(fs::temp_directory_path() / "routemeter-full-copy")->loaded(), numbered(2)));
  fs::remove_all(fs::temp_directory_path() / "routemeter-full-copy");
  CHECK(state->commit(numbered(3)) == 0);  // what fits goes on
  fs::remove(disk.place.root() / "ballast");
  CHECK(state->commit(large) == 0);
}

TEST_CASE("a disk that is full from the start: we start, and commit when there is room") {
  const TinyDisk disk("size=64k");
  if (!disk.there) return;
  disk.fill_up();
  const Opened state = open(disk.place);
  REQUIRE(state.dir);
  CHECK(state->load_result() == Load::kMissing);
  CHECK(state->commit(numbered(1)) == ENOSPC);
  CHECK(state->generation() == 0);
  fs::remove(disk.place.root() / "ballast");
  CHECK(state->commit({}) == 0);
}

TEST_CASE("no inode left: we start without a directory") {
  const TinyDisk disk("size=1M,nr_inodes=2");
  if (!disk.there) return;
  disk.fill_up();
  const Opened state = open(disk.place);
  REQUIRE(state.dir);
  CHECK(state->load_result() == Load::kMissing);
  CHECK(state->commit(numbered(1)) == ENOSPC);
}

TEST_CASE("a read-only disk: the state is loaded, commits fail until it can be written") {
  const TinyDisk disk("size=1M");
  if (!disk.there) return;
  const bool locked = GENERATE(true, false);
  fill(disk.place, 3);
  if (!locked) fs::remove(disk.place.file("lock"));
  const char* root = disk.place.root().c_str();
  REQUIRE(::mount("tmpfs", root, "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0);
  const Opened state = open(disk.place);
  REQUIRE(state.dir);
  CHECK(state->load_result() == Load::kOk);
  CHECK(same(state->loaded(), numbered(3)));
  CHECK(state->commit(numbered(4)) == EROFS);
  CHECK(state->generation() == 3);
  REQUIRE(::mount("tmpfs", root, "tmpfs", MS_REMOUNT, nullptr) == 0);
  SECTION("nobody else was there") { CHECK(state->commit(numbered(5)) == 0); }
  SECTION("somebody else went on in the meantime") {
    CHECK(open(disk.place)->commit(numbered(9)) == 0);
    CHECK(state->commit(numbered(5)) == ESTALE);
    CHECK(same(open(disk.place)->loaded(), numbered(9)));
  }
}

}  // namespace
}  // namespace routemeter::state

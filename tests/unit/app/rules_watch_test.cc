// SPDX-License-Identifier: Apache-2.0
// Real files, injected time: each row of the story is a thing that people and their tools do to rule files.
#include "app/serve/rules_watch.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace std::chrono_literals;
using routemeter::app::RulesWatch;
namespace fs = std::filesystem;

namespace {

const RulesWatch::Clock::time_point kStart{1000s};

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "routemeter-watch-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

// In place, as `cat >` does: same inode.
void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::trunc) << text; }

// A modification time apart from all others, whatever the clock's tick is.
void set_modified(const std::string& path, int seconds) {
  const timespec times[2] = {{0, UTIME_OMIT}, {1'000'000'000 + seconds, 0}};
  REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

// As editors, rsync and configuration management do it.
void replace(const std::string& path, const std::string& text) {
  write(path + ".new", text);
  std::this_thread::sleep_for(
      20ms);  // longer than the tick of file times: a rename in the same one is not seen
  fs::rename(path + ".new", path);
}

}  // namespace

TEST_CASE("nothing changes, nothing is reported") {
  const Folder folder;
  write(folder / "a", "1");
  RulesWatch watch({folder / "a", folder / "missing"});
  for (int i = 0; i < 5; ++i) CHECK_FALSE(watch.changed(kStart + i * 1s));
  CHECK_FALSE(RulesWatch({}).changed(kStart));
}

TEST_CASE("an edit in place is reported once, a second after the last write") {
  const Folder folder;
  write(folder / "a", "one");
  set_modified(folder / "a", 0);
  RulesWatch watch({folder / "a"});
  write(folder / "a", "tw");  // half
  set_modified(folder / "a", 1);
  CHECK_FALSE(watch.changed(kStart));
  CHECK_FALSE(watch.changed(kStart + 900ms));
  write(folder / "a", "two");
  CHECK_FALSE(watch.changed(kStart + 1s));
  CHECK_FALSE(watch.changed(kStart + 1999ms));
  CHECK(watch.changed(kStart + 2s));
  CHECK_FALSE(watch.changed(kStart + 3s));
}

TEST_CASE("the same size at another time is an edit") {
  const Folder folder;
  write(folder / "a", "one");
  set_modified(folder / "a", 0);
  RulesWatch watch({folder / "a"});
  write(folder / "a", "two");
  set_modified(folder / "a", 5);
  CHECK_FALSE(watch.changed(kStart));
  CHECK(watch.changed(kStart + 1s));
}

TEST_CASE("a rename over the file is reported at once") {
  const Folder folder;
  write(folder / "a", "one");
  RulesWatch watch({folder / "a"});
  replace(folder / "a", "two");
  CHECK(watch.changed(kStart));
  CHECK_FALSE(watch.changed(kStart + 1s));
  replace(folder / "a", "one");
  CHECK(watch.changed(kStart + 2s));
}

TEST_CASE("a new file of the same name that is still being written is waited for") {
  const Folder folder;
  write(folder / "a", "one");
  RulesWatch watch({folder / "a"});
  fs::rename(folder / "a", folder / "a~");  // as vim keeps a backup
  const int fd = ::open((folder / "a").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(fd >= 0);
  std::this_thread::sleep_for(20ms);
  REQUIRE(::fchmod(fd, 0644) == 0);  // later than the content's time, but there is none
  CHECK_FALSE(watch.changed(kStart));
  REQUIRE(::write(fd, "tw", 2) == 2);
  CHECK_FALSE(watch.changed(kStart + 2s));
  std::this_thread::sleep_for(20ms);
  REQUIRE(::write(fd, "o", 1) == 1);
  ::close(fd);
  CHECK_FALSE(watch.changed(kStart + 4s));
  CHECK(watch.changed(kStart + 5s));
}

TEST_CASE("a file that is gone is no change; when it comes back, what it holds decides") {
  const Folder folder;
  write(folder / "a", "one");
  RulesWatch watch({folder / "a"});
  fs::rename(folder / "a", folder / "b");
  for (int i = 0; i < 5; ++i) CHECK_FALSE(watch.changed(kStart + i * 1s));
  fs::rename(folder / "b", folder / "a");
  for (int i = 5; i < 10; ++i) CHECK_FALSE(watch.changed(kStart + i * 1s));
  fs::rename(folder / "a", folder / "b");
  CHECK_FALSE(watch.changed(kStart + 10s));
  write(folder / "a", "two");
  CHECK_FALSE(watch.changed(kStart + 11s));
  CHECK(watch.changed(kStart + 12s));
}

TEST_CASE("a file that was not there yet") {
  const Folder folder;
  RulesWatch watch({folder / "a"});
  write(folder / "a", "one");
  CHECK_FALSE(watch.changed(kStart));
  CHECK(watch.changed(kStart + 1s));
}

TEST_CASE("a symlink that is switched, as Kubernetes does") {
  const Folder folder;
  fs::create_directory(folder / "1");
  fs::create_directory(folder / "2");
  write(folder / "1/a", "one");
  write(folder / "2/a", "two");
  std::this_thread::sleep_for(20ms);
  ::chmod((folder / "2/a").c_str(), 0644);
  fs::create_symlink("1", folder / "data");
  fs::create_symlink("data/a", folder / "a");
  RulesWatch watch({folder / "a"});
  fs::create_symlink("2", folder / "data.new");
  fs::rename(folder / "data.new", folder / "data");
  CHECK(watch.changed(kStart));
  CHECK_FALSE(watch.changed(kStart + 1s));
}

TEST_CASE("two files changed together are one change, when both are done") {
  const Folder folder;
  write(folder / "a", "one");
  write(folder / "b", "one");
  set_modified(folder / "b", 0);
  RulesWatch watch({folder / "a", folder / "b"});
  replace(folder / "a", "two");
  write(folder / "b", "two!");
  CHECK_FALSE(watch.changed(kStart));
  CHECK(watch.changed(kStart + 1s));
  CHECK_FALSE(watch.changed(kStart + 2s));
}

TEST_CASE("a change made and taken back before it was reported") {
  const Folder folder;
  write(folder / "a", "one");
  set_modified(folder / "a", 0);
  RulesWatch watch({folder / "a"});
  write(folder / "a", "two");
  CHECK_FALSE(watch.changed(kStart));
  write(folder / "a", "one");
  set_modified(folder / "a", 0);
  CHECK_FALSE(watch.changed(kStart + 1s));
  CHECK_FALSE(watch.changed(kStart + 5s));
}

// SPDX-License-Identifier: Apache-2.0
// tests/RELIABILITY.md sections C to F, where they concern input. Scenario numbers are in brackets.
#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "input/follow/follower.h"
#include "input/read/block.h"
#include "unit/input/scenario.h"

using routemeter::input::Block;
using routemeter::input::follow;
using routemeter::input::FollowOptions;
using routemeter::input::kMaxLine;
using routemeter::input::Loss;
using routemeter::test::copytruncate;
using routemeter::test::Random;
using routemeter::test::rotate;
using routemeter::test::Scenario;
using routemeter::test::some_lines;
using routemeter::test::TempDir;
using routemeter::test::write_file;
using routemeter::test::Writer;
namespace fs = std::filesystem;
namespace util = routemeter::util;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Lines = std::vector<std::string>;

std::size_t read_all(routemeter::input::Follower& follower) {
  follower.look();
  Block block;
  std::size_t source = 0;
  std::size_t lines = 0;
  while (follower.next(block, source)) {
    lines += static_cast<std::size_t>(std::count(block.text.begin(), block.text.end(), '\n'));
  }
  return lines;
}

}  // namespace

TEST_CASE("content [39] torn writes, as the kernel tears them") {
  Scenario s;
  constexpr int kLines = 20'000;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    Writer out(s.at("access.log"));
    for (int i = 0; i < kLines; ++i) {
      std::string line = std::to_string(i) + " " + std::string(660, static_cast<char>('a' + i % 26));
      out.write(line + "\n");
    }
    done = true;
  });
  int next = 0;
  bool as_written = true;
  for (bool last = false; !last;) {
    last = done;
    for (const std::string& line : Scenario::split(s.take())) {
      as_written = as_written && line.size() > 660 && std::stoi(line) == next &&
                   line.back() == static_cast<char>('a' + next % 26);
      ++next;
    }
  }
  writer.join();
  CHECK(next == kLines);
  CHECK(as_written);
}

TEST_CASE("content [41] half a line waits as long as it takes, and is shown") {
  Scenario s;
  Writer writer(s.at("access.log"));
  writer.write("1\nhal");
  CHECK(s.lines() == Lines{"1"});
  CHECK(s.count(minutes(30)) == 0);
  REQUIRE(s.files->files().size() == 1);
  CHECK(s.files->files()[0].pending_partial_bytes == 3);
  CHECK(s.files->files()[0].lag_bytes == 3);
  CHECK(s.files->files()[0].open);
  s.restart();
  CHECK(s.count() == 0);
  writer.write("f\n");
  CHECK(s.lines() == Lines{"half"});
}

TEST_CASE("content [46] a line of 200 MB, killed in the middle of it: one too long, and the next is there") {
  Scenario s;
  {
    Writer writer(s.at("access.log"));
    writer.write("1\n");
    const std::string part(1 << 20, 'x');
    for (int i = 0; i < 100; ++i) writer.write(part);
    CHECK(s.lines() == Lines{"1"});
    CHECK(s.too_long == 0);
    s.restart();
    for (int i = 0; i < 100; ++i) writer.write(part);
    CHECK(s.count() == 0);
    s.restart();
    CHECK(s.too_long == 0);
    writer.write("\n2\n");
  }
  CHECK(s.lines() == Lines{"2"});
  CHECK(s.too_long == 1);
  s.restart();
  CHECK(s.count() == 0);
  CHECK(s.too_long == 1);
}

TEST_CASE("content [49] bytes without sense: as many lines as there are newlines") {
  Scenario s;
  Random random(7);
  std::string bytes(1 << 20, '\0');
  for (char& c : bytes) c = static_cast<char>(random.below(256));
  bytes += "\n";
  write_file(s.at("access.log"), bytes);
  CHECK(s.take().size() <= bytes.size());
  write_file(s.at("access.log.1"), bytes);
  const auto text = s.take();
  CHECK(std::count(text.begin(), text.end(), '\n') + static_cast<std::ptrdiff_t>(s.too_long) ==
        std::count(bytes.begin(), bytes.end(), '\n') * (text.empty() ? 0 : 1));
}

TEST_CASE("kernel [57] the queue of events overflows: nothing but a look was in it") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  auto follower = follow({path});
  REQUIRE(follower);
  CHECK(read_all(**follower) == 0);
  for (int i = 0; i < 9000; ++i) {
    const std::string name = dir / std::to_string(i);
    write_file(name, "");
    fs::remove(name);
  }
  write_file(path, some_lines("a", 10));
  CHECK(read_all(**follower) == 10);
  CHECK((*follower)->stats().watch_overflows >= 1);
  CHECK((*follower)->watching());
}

TEST_CASE("kernel [58] [59] [61] without inotify") {
  const TempDir dir;
  const std::string path = dir / "access.log";
  FollowOptions options;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  SECTION("not wanted") { options.use_inotify = false; }
  std::vector<int> all;
  SECTION("not to be had") {
    rlimit few = before;
    few.rlim_cur = 100;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    for (int fd = 0; fd >= 0;) {
      fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      if (fd >= 0) all.push_back(fd);
    }
  }
  auto follower = follow({path}, options);
  for (const int fd : all) ::close(fd);
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(follower);
  CHECK((*follower)->wake_fd() == -1);
  CHECK_FALSE((*follower)->watching());
  Writer writer(path);
  writer.write(some_lines("a", 10));
  CHECK(read_all(**follower) == 10);
  CHECK((*follower)->take_messages().size() == (options.use_inotify ? 1U : 0U));
  rotate(path);
  writer.write(some_lines("b", 10));
  write_file(path, some_lines("c", 10));
  CHECK(read_all(**follower) == 20);
  // Written through memory: no event anywhere.
  fs::resize_file(path, 4096);
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  REQUIRE(memory != MAP_FAILED);
  CHECK(read_all(**follower) == 0);
  std::memcpy(static_cast<char*>(memory) + 4090, "mmap.\n", 6);
  CHECK(read_all(**follower) == 1);
  ::munmap(memory, 4096);
  ::close(fd);
}

TEST_CASE("kernel [62] overlayfs: the first write copies the file up") {
  const TempDir dir;
  for (const char* name : {"lower", "upper", "work", "merged"}) fs::create_directory(dir / name);
  const int size = GENERATE(10, 1000);
  write_file(dir / "lower/access.log", some_lines("a", size));
  const std::string layers =
      "lowerdir=" + (dir / "lower") + ",upperdir=" + (dir / "upper") + ",workdir=" + (dir / "work");
  const std::string merged = dir / "merged";
  if (::mount("overlay", merged.c_str(), "overlay", 0, layers.c_str()) != 0) {
    WARN("no overlayfs here");
    return;
  }
  {
    const bool down = GENERATE(false, true);
    INFO("size " << size << " down " << down);
    FollowOptions options;
    auto files = std::make_unique<routemeter::input::FileSet>(Lines{merged + "/access.log"}, options);
    const auto count = [&] {
      files->look(routemeter::input::Clock::now());
      Block block;
      std::size_t source = 0;
      std::size_t lines = 0;
      while (files->next(block, source)) {
        lines += static_cast<std::size_t>(std::count(block.text.begin(), block.text.end(), '\n'));
      }
      return lines;
    };
    CHECK(count() == static_cast<std::size_t>(size));
    util::Encoder state;
    files->save(state);
    Writer(merged + "/access.log").write(some_lines("b", 10));
    if (down) {
      files = std::make_unique<routemeter::input::FileSet>(Lines{merged + "/access.log"}, options);
      util::Decoder in(state.bytes());
      REQUIRE(files->restore(in));
    }
    CHECK(count() == 10);
    Writer(merged + "/access.log").write(some_lines("c", 10));
    CHECK(count() == 10);
  }
  ::umount2(merged.c_str(), MNT_DETACH);
}

TEST_CASE("kernel [67] a deleted file is let go of, with a writer after the linger") {
  const bool written = GENERATE(true, false);
  Scenario s;
  auto writer = std::make_unique<Writer>(s.at("access.log"));
  writer->write("1\n");
  CHECK(s.count() == 1);
  fs::remove(s.at("access.log"));
  if (!written) writer.reset();
  CHECK(s.count() == 0);
  CHECK(s.files->open_files() == 1);
  s.take(written ? std::chrono::milliseconds(minutes(10)) : std::chrono::milliseconds(1000));
  CHECK(s.files->open_files() == 0);
}

TEST_CASE("kernel [67] [3.5] descriptors are bounded, and what is closed early is found again") {
  FollowOptions options;
  options.max_rotated = 4;
  Scenario s({"access.log"}, options);
  std::vector<std::unique_ptr<Writer>> writers;
  for (int i = 0; i < 20; ++i) {
    writers.push_back(std::make_unique<Writer>(s.at("access.log")));
    writers.back()->write("first\n");
    CHECK(s.count(seconds(1)) == 1);
    rotate(s.at("access.log"), 30);
    s.take();
    CHECK(s.files->open_files() <= 5);
  }
  for (auto& writer : writers) writer->write("late\n");
  std::size_t late = 0;
  for (int i = 0; i < 5; ++i) late += s.count(seconds(1));
  CHECK(late == 20);
  CHECK(s.losses() == 0);
}

TEST_CASE("kernel [71] a hundred thousand other files in the directory") {
  const std::string shm = fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string();
  std::string name = shm + "/routemeter-many-XXXXXX";
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  constexpr int kFiles = 100'000;
  for (int i = 0; i < kFiles; ++i) {
    const int fd = ::open((name + "/f" + std::to_string(i)).c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    ::close(fd);
  }
  const std::string log = name + "/access.log";
  write_file(log, "1\n");
  {
    auto follower = follow({log});
    REQUIRE(follower);
    CHECK(read_all(**follower) == 1);
    // A busy directory: each look finds it changed.
    const auto start = std::chrono::steady_clock::now();
    std::size_t lines = 0;
    for (int i = 0; i < 50; ++i) {
      write_file(name + "/other" + std::to_string(i), "");
      Writer(log).write("more\n");
      lines += read_all(**follower);
    }
    CHECK(lines == 50);
    CHECK(std::chrono::steady_clock::now() - start < minutes(2));  // a busy directory costs a listing a look
  }
  fs::remove_all(name);
}

TEST_CASE("restart [80] a state that is cut or damaged is refused or harmless, never half taken") {
  Scenario s;
  write_file(s.at("access.log.1"), some_lines("old", 10));
  write_file(s.at("access.log"), some_lines("a", 10));
  CHECK(s.count() == 10);
  const std::string state = s.save();
  for (std::size_t size = 0; size < state.size(); ++size) {
    util::Decoder in(std::string_view(state).substr(0, size));
    CHECK_FALSE(s.files->restore(in));
  }
  // Nothing has changed by that.
  CHECK(s.save() == state);
  CHECK(s.count() == 0);
  for (std::size_t i = 0; i < state.size(); ++i) {
    std::string damaged = state;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    s.start();
    util::Decoder in(damaged);
    if (s.files->restore(in)) s.take();  // the checksum around it is what finds the rest
  }
  util::Decoder later("\x7f");
  CHECK_FALSE(s.files->restore(later));
}

TEST_CASE("restart [83] [63] another path to the same files, and another device number") {
  const TempDir dir;
  fs::create_directory(dir / "a");
  write_file(dir / "a/access.log", some_lines("a", 10));
  const auto make = [&](const std::string& log) {
    return std::make_unique<routemeter::input::FileSet>(Lines{log}, FollowOptions{});
  };
  const auto count = [](routemeter::input::FileSet& files) {
    files.look(routemeter::input::Clock::now());
    Block block;
    std::size_t source = 0;
    std::size_t lines = 0;
    while (files.next(block, source)) {
      lines += static_cast<std::size_t>(std::count(block.text.begin(), block.text.end(), '\n'));
    }
    return lines;
  };
  auto files = make(dir / "a/access.log");
  CHECK(count(*files) == 10);
  util::Encoder state;
  files->save(state);
  Writer(dir / "a/access.log").write(some_lines("b", 10));
  std::string log = dir / "a/*.log";
  SECTION("as a pattern now") {}
  SECTION("the directory has another name") {
    fs::rename(dir / "a", dir / "b");
    log = dir / "b/access.log";
  }
  auto next = make(log);
  util::Decoder in(state.bytes());
  REQUIRE(next->restore(in));
  CHECK(count(*next) == 10);
  // And back: what is known of a log stays when it is not followed for a while.
  util::Encoder again;
  next->save(again);
  auto other = make(dir / "none.log");
  util::Decoder other_in(again.bytes());
  REQUIRE(other->restore(other_in));
  CHECK(count(*other) == 0);
  util::Encoder third;
  other->save(third);
  auto back = make(log);
  util::Decoder third_in(third.bytes());
  REQUIRE(back->restore(third_in));
  CHECK(count(*back) == 0);
}

TEST_CASE("restart [86] [87] nothing was committed: as a first start; nothing new: nothing comes") {
  Scenario s;
  write_file(s.at("access.log.1"), some_lines("old", 10));
  write_file(s.at("access.log"), some_lines("a", 10));
  CHECK(s.count() == 10);
  s.start();
  CHECK(s.count() == 10);
  for (int i = 0; i < 3; ++i) {
    const std::string state = s.save();
    s.restart();
    CHECK(s.count() == 0);
    CHECK(s.save() == state);
  }
}

TEST_CASE("restart [88] the state does not grow with rotations and restarts") {
  Scenario s;
  std::size_t size = 0;
  for (int i = 0; i < 300; ++i) {
    Writer(s.at("access.log")).write(some_lines("g" + std::to_string(i), 3));
    s.take(seconds(2));
    s.take(seconds(2));
    rotate(s.at("access.log"), 3);
    if (i % 10 == 0) s.restart();
    if (i == 100) size = s.save().size();
  }
  CHECK(s.save().size() < size + 500);
  CHECK(size < 10'000);
}

TEST_CASE("restart: the first start at the end, and after a state was lost") {
  FollowOptions options;
  const bool lost = GENERATE(false, true);
  (lost ? options.lost_state : options.start_at_end) = true;
  Scenario s({"access.log"}, options);
  Writer writer(s.at("access.log"));
  writer.write(some_lines("a", 10) + "hal");
  CHECK(s.count() == 0);
  CHECK(s.loss(Loss::kStateLost) == (lost ? 1U : 0U));
  writer.write("f\n");
  CHECK(s.lines() == Lines{"half"});
  // Only what is there at first is skipped.
  rotate(s.at("access.log"));
  write_file(s.at("access.log"), some_lines("b", 10));
  CHECK(s.count() == 10);
  s.restart();
  CHECK(s.count() == 0);
}

TEST_CASE("restart: a block that was given back is not in the state") {
  Scenario s;
  write_file(s.at("access.log"), "1\n2\n");
  s.files->look(routemeter::input::Clock::now());
  Block block;
  std::size_t source = 0;
  REQUIRE(s.files->next(block, source));
  const std::string taken = s.save();
  s.files->unread(0);
  const std::string given_back = s.save();
  s.restart(taken);
  CHECK(s.count() == 0);
  s.restart(given_back);
  CHECK(s.count() == 2);
}

TEST_CASE("resources [93] fewer descriptors than files: they take turns") {
  FollowOptions options;
  options.max_open = 10;
  std::vector<std::string> logs;
  for (int i = 0; i < 30; ++i) logs.push_back(std::to_string(i) + ".log");
  Scenario s(logs, options);
  std::vector<std::unique_ptr<Writer>> writers;
  for (const std::string& log : logs) {
    writers.push_back(std::make_unique<Writer>(s.at(log)));
    writers.back()->write(some_lines(log, 10));
  }
  std::size_t count = 0;
  for (int i = 0; i < 5; ++i) count += s.count(seconds(1));
  CHECK(count == 300);
  CHECK(s.files->open_files() <= 10);
  for (auto& writer : writers) writer->write(some_lines("more", 1));
  count = 0;
  for (int i = 0; i < 5; ++i) count += s.count(seconds(1));
  CHECK(count == 30);
  CHECK(s.files->stats().read_errors.contains(EMFILE));
  CHECK(s.losses() == 0);
}

TEST_CASE("resources [91] [92] files share the turns, and memory does not grow with the backlog") {
  Scenario s({"big.log", "small.log"});
  write_file(s.at("big.log"), some_lines("a", 200'000));
  write_file(s.at("small.log"), some_lines("b", 10));
  s.files->look(routemeter::input::Clock::now());
  Block block;
  std::size_t source = 0;
  int blocks = 0;
  for (; s.files->next(block, source) && source != 1; ++blocks) {
  }
  CHECK(blocks <= 2);
  CHECK(s.files->lag(0) > 10'000'000);
  s.restart();
  CHECK(s.count() > 190'000);
}

TEST_CASE("head: the first bytes of the file that is logged to, read or not") {
  Scenario s;
  CHECK(s.files->head(0).empty());
  write_file(s.at("access.log"), "1\n2\n");
  CHECK(s.count() == 2);
  CHECK(s.files->head(0) == "1\n2\n");
  rotate(s.at("access.log"));
  s.take();
  CHECK(s.files->head(0) == "1\n2\n");
  write_file(s.at("access.log"), "3\n");
  s.take();
  CHECK(s.files->head(0) == "3\n");
  s.restart();
  CHECK(s.count() == 0);
  CHECK(s.files->head(0) == "3\n");
}

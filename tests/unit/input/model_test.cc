// SPDX-License-Identifier: Apache-2.0
// Random sequences of what can happen to logs and to us, against the truth in memory. A failing seed is
// printed with all that was done; ROUTEMETER_MODEL_SEED runs one, ROUTEMETER_MODEL_SEQUENCES more of them.
#include "unit/input/model.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/codec.h"

using namespace routemeter::input;
using routemeter::test::MakeSubject;
using routemeter::test::Subject;
using routemeter::test::TempDir;
using routemeter::test::World;
namespace util = routemeter::util;

namespace {

class Real : public Subject {
 public:
  explicit Real(const std::string& log) : files_({log}, options()) {}
  void look(Clock::time_point now) override { files_.look(now); }
  bool next(Block& block) override {
    std::size_t source = 0;
    return files_.next(block, source);
  }
  void unread() override { files_.unread(0); }
  std::string save() override {
    util::Encoder out;
    files_.save(out);
    return out.take();
  }
  bool restore(const std::string& state) override {
    util::Decoder in(state);
    return files_.restore(in) && in.left() == 0;
  }
  FollowStats stats() override { return files_.stats(); }

 private:
  // Whoever rotates more often than that between two looks is a test of its own.
  static FollowOptions options() {
    FollowOptions options;
    options.max_rotated = 1000;
    return options;
  }

  FileSet files_;
};

// What tail -F and most exporters do: a new file at the path ends the old one.
class DropsTheOldFile : public Subject {
 public:
  explicit DropsTheOldFile(std::string log) : log_(std::move(log)) {}
  void look(Clock::time_point) override {
    struct stat status {};
    if (::stat(log_.c_str(), &status) != 0) return;
    if (status.st_ino != inode_) {
      splitter_.reset(false);
      offset_ = 0;
      inode_ = status.st_ino;
    }
    if (static_cast<std::uint64_t>(status.st_size) < offset_) offset_ = 0;
    fd_ = util::Fd(::open(log_.c_str(), O_RDONLY | O_CLOEXEC));
  }
  bool next(Block& block) override {
    block.text = {};
    const Splitter::Room room = splitter_.room(block);
    const ssize_t n = ::pread(fd_.get(), room.data, room.size, static_cast<off_t>(offset_));
    if (n <= 0) return false;
    offset_ += static_cast<std::uint64_t>(n);
    splitter_.add(block, static_cast<std::size_t>(n));
    return true;
  }
  void unread() override {}
  std::string save() override {
    return std::to_string(inode_) + " " + std::to_string(offset_ - splitter_.pending());
  }
  bool restore(const std::string& state) override {
    inode_ = std::strtoull(state.c_str(), nullptr, 10);
    offset_ = std::strtoull(state.c_str() + state.find(' '), nullptr, 10);
    return true;
  }
  FollowStats stats() override { return {}; }

 private:
  std::string log_;
  util::Fd fd_;
  Splitter splitter_;
  ino_t inode_ = 0;
  std::uint64_t offset_ = 0;
};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// tmpfs and ext4 give inodes to new files in other ways.
std::string root_for(std::uint64_t seed) {
  return seed % 2 == 0 && std::filesystem::exists("/dev/shm")
             ? "/dev/shm"
             : std::filesystem::temp_directory_path().string();
}

std::string run(std::uint64_t seed, const MakeSubject& make, std::uint64_t* lines = nullptr,
                std::uint64_t* crashes = nullptr) {
  World world(seed, root_for(seed), make);
  std::string failure = world.run(20 + static_cast<int>(seed % 60));
  if (lines != nullptr) *lines += world.lines();
  if (crashes != nullptr) *crashes += world.crashes();
  return failure;
}

}  // namespace

TEST_CASE("model: whatever happens to files and to us, each line comes once, or its loss is told") {
  const MakeSubject make = [](const std::string& log) { return std::make_unique<Real>(log); };
  std::uint64_t lines = 0;
  std::uint64_t crashes = 0;
  if (const std::uint64_t seed = number_from("ROUTEMETER_MODEL_SEED", 0); seed != 0) {
    INFO("seed " << seed);
    const std::string failure = run(seed, make);
    INFO(failure);
    CHECK(failure.empty());
    return;
  }
  const std::uint64_t sequences = number_from("ROUTEMETER_MODEL_SEQUENCES", 3000);
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= sequences && failed < 3; ++seed) {
    const std::string failure = run(seed, make, &lines, &crashes);
    if (failure.empty()) continue;
    ++failed;
    UNSCOPED_INFO("seed " << seed << ": " << failure);
    CHECK(failure.empty());
  }
  CHECK(lines > sequences * 10);
  CHECK(crashes > sequences / 4);
  WARN(sequences << " sequences, " << lines << " lines, " << crashes << " crashes");
}

TEST_CASE("model: a follower that drops the old file when a new one appears is found out") {
  const MakeSubject make = [](const std::string& log) { return std::make_unique<DropsTheOldFile>(log); };
  int failed = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) failed += run(seed, make).empty() ? 0 : 1;
  CHECK(failed > 50);
}

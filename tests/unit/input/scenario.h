// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <zlib.h>

#include "input/follow/file_set.h"
#include "unit/input/support.h"
#include "util/codec.h"

namespace routemeter::test {

/// Followed logs in a directory of their own, with a clock that the test turns, and crashes.
class Scenario {
 public:
  explicit Scenario(std::vector<std::string> logs = {"access.log"}, input::FollowOptions options = {})
      : logs_(std::move(logs)), options_(std::move(options)) {
    for (std::string& log : logs_) log = dir / log;
    start();
  }

  std::string at(const std::string& name) const { return dir / name; }

  /// Everything that is there now, `after` the time before.
  std::string take(input::Clock::duration after = {}) {
    now_ += after;
    files->look(now_);
    std::string text;
    std::size_t source = 0;
    while (files->next(block_, source)) {
      text += block_.text;
      too_long += block_.too_long;
    }
    return text;
  }
  /// The same as sorted lines: files are read in any order.
  std::vector<std::string> lines(input::Clock::duration after = {}) {
    std::vector<std::string> out = split(take(after));
    std::sort(out.begin(), out.end());
    return out;
  }
  std::size_t count(input::Clock::duration after = {}) { return lines(after).size(); }

  std::string save() const {
    util::Encoder out;
    files->save(out);
    return out.take();
  }
  /// A new process that goes on from a state; the present one by default.
  void restart(const std::string& state) {
    start();
    util::Decoder in(state);
    REQUIRE(files->restore(in));
  }
  void restart() { restart(save()); }
  /// A first start, as if nothing had been before.
  void start() { files = std::make_unique<input::FileSet>(logs_, options_); }

  std::uint64_t loss(input::Loss reason) const {
    return files->stats().loss_suspected[static_cast<std::size_t>(reason)];
  }
  std::uint64_t losses() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : files->stats().loss_suspected) sum += count;
    return sum;
  }
  std::uint64_t doubts() const { return files->stats().duplicate_suspected[0]; }
  std::uint64_t rotations(input::Rotation kind) const {
    std::uint64_t sum = 0;
    for (const input::FileStatus& file : files->files())
      sum += file.rotations[static_cast<std::size_t>(kind)];
    return sum;
  }

  static std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t newline = text.find('\n', at);
      out.push_back(text.substr(at, newline - at));
      at = newline + 1;
    }
    return out;
  }

  TempDir dir;
  std::unique_ptr<input::FileSet> files;
  std::uint64_t too_long = 0;

 private:
  std::vector<std::string> logs_;
  input::FollowOptions options_;
  input::Clock::time_point now_ = input::Clock::now();
  input::Block block_;
};

/// `count` lines that are like no others: "NAME 17 ....". About 100 bytes each.
inline std::string some_lines(const std::string& name, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    const std::string number = name + " " + std::to_string(i) + " ";
    out += number + std::string(100 - std::min<std::size_t>(number.size(), 90), '.') + name + "\n";
  }
  return out;
}

inline void gzip_file(const std::string& from, const std::string& to) {
  std::string text;
  {
    const auto size = std::filesystem::file_size(from);
    text.resize(size);
    const int fd = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
    if (::read(fd, text.data(), text.size()) != static_cast<ssize_t>(size)) throw std::runtime_error("read");
    ::close(fd);
  }
  gzFile out = gzopen(to.c_str(), "wb");
  if (gzwrite(out, text.data(), static_cast<unsigned>(text.size())) != static_cast<int>(text.size())) {
    throw std::runtime_error("gzwrite");
  }
  gzclose(out);
  std::filesystem::remove(from);
}

/// logrotate with `rotate keep`: NAME -> NAME.1 -> NAME.2 ...
inline void shift(const std::string& path, int keep) {
  namespace fs = std::filesystem;
  for (const char* suffix : {"", ".gz"}) {
    fs::remove(path + "." + std::to_string(keep) + suffix);
    for (int n = keep - 1; n > 0; --n) {
      const std::string from = path + "." + std::to_string(n) + suffix;
      if (fs::exists(from)) fs::rename(from, path + "." + std::to_string(n + 1) + suffix);
    }
  }
}

inline void rotate(const std::string& path, int keep = 20) {
  shift(path, keep);
  std::filesystem::rename(path, path + ".1");
}

inline void copytruncate(const std::string& path, int keep = 20) {
  shift(path, keep);
  std::filesystem::copy_file(path, path + ".1");
  std::filesystem::resize_file(path, 0);
}

/// Lines whose order says nothing, for comparing.
inline std::vector<std::string> sorted(const std::string& text) {
  std::vector<std::string> out = Scenario::split(text);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace routemeter::test

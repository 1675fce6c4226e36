// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/read/block.h"

namespace routemeter::test {

/// A directory of its own for a test, gone afterwards.
class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "routemeter-input-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() { std::filesystem::remove_all(path_); }

  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A log writer: one descriptor that stays, whatever becomes of the name. One write() per call.
class Writer {
 public:
  explicit Writer(const std::string& path, int flags = O_APPEND)
      : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644)) {
    if (fd_ < 0) throw std::runtime_error("open " + path);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { ::close(fd_); }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0) throw std::runtime_error("write");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

 private:
  int fd_;
};

inline void write_file(const std::string& path, std::string_view bytes) {
  Writer(path, O_TRUNC).write(bytes);
}

/// What a splitter has to make of `input`, one byte after the other.
struct Lines {
  std::string text;
  std::uint64_t too_long = 0;
  bool operator==(const Lines&) const = default;
};

inline Lines reference_lines(std::string_view input, bool ended) {
  Lines out;
  std::string line;
  std::uint64_t size = 0;  // of the line without leading NULs; `line` stops growing at the limit
  const auto end_line = [&] {
    if (size > input::kMaxLine) {
      ++out.too_long;
    } else {
      out.text += line + '\n';
    }
    line.clear();
    size = 0;
  };
  for (const char c : input) {
    if (c == '\n') {
      end_line();
    } else if (size > 0 || c != '\0') {
      if (++size <= input::kMaxLine) line += c;
    }
  }
  if (ended && size > 0) end_line();
  return out;
}

/// Deterministic numbers for random tests.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  /// In [0, bound).
  std::uint64_t below(std::uint64_t bound) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % bound;
  }

 private:
  std::uint64_t state_;
};

}  // namespace routemeter::test

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "state/state_dir.h"

namespace routemeter::state {

namespace fs = std::filesystem;

/// A place that goes away with the test; the state directory in it is not made yet.
class Place {
 public:
  Place() {
    std::string name = (fs::temp_directory_path() / "routemeter-state-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) root_ = name;
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  const fs::path& root() const { return root_; }
  fs::path dir() const { return root_ / "state"; }
  fs::path file(const std::string& name) const { return dir() / name; }

 private:
  fs::path root_;
};

inline std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
inline void write(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// Snapshot number `n`, different from every other one.
inline Sections numbered(int n) {
  return {{"input", "positions " + std::to_string(n)},
          {"metric/a", std::string(static_cast<std::size_t>(n), 'x')}};
}
inline bool same(const Sections& a, const Sections& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].name != b[i].name || a[i].bytes != b[i].bytes) return false;
  }
  return true;
}

/// The opened directory, or null and why not.
struct Opened {
  std::unique_ptr<StateDir> dir;
  std::string message;
  StateDir* operator->() const { return dir.get(); }
};
inline Opened open(const fs::path& path, bool sync = true) {
  auto opened = open_state_dir(path.string(), sync);
  if (opened) return {std::move(*opened), ""};
  return {nullptr, format(opened.errors())};
}
inline Opened open(const Place& place) { return open(place.dir()); }

/// Commits snapshots 1..count in a process that then goes away.
inline void fill(const Place& place, int count) {
  const Opened state = open(place);
  for (int n = 1; n <= count; ++n) state->commit(numbered(n));
}

}  // namespace routemeter::state

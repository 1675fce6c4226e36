// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "input/read/identity.h"

namespace routemeter::input {

/// What one log is interested in within one directory.
struct NameFilter {
  std::string base;  ///< a file name, or with `glob` a pattern
  bool glob = false;

  bool operator==(const NameFilter&) const = default;
};

/// The names in a directory that belong to some logs, read again only when the directory has changed: a
/// directory with 200,000 files costs 60 ms to read.
class DirectoryListing {
 public:
  explicit DirectoryListing(std::string directory) : directory_(std::move(directory)) {}

  /// Brings the names up to date. `again`: even if the directory seems unchanged. True when it was read.
  bool look(const std::vector<NameFilter>& filters, std::chrono::steady_clock::time_point now, bool again);
  /// Of filter i: file names; for a plain base its rotations only, without the base itself.
  const std::vector<std::string>& names(std::size_t filter) const { return names_[filter]; }
  /// 0, or the errno of the last attempt; the names are then empty.
  int error() const { return error_; }

 private:
  bool unchanged(std::chrono::steady_clock::time_point now);
  void read();
  void sort_in(const char* name);

  std::string directory_;
  std::vector<NameFilter> filters_;
  std::vector<std::vector<std::string>> names_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_base_;
  std::vector<std::size_t> base_sizes_;  // the different lengths of bases
  std::vector<std::size_t> globs_;
  int error_ = 0;
  std::size_t size_ = 0;  // names of all kinds
  FileId id_;
  std::int64_t modified_ = 0;
  bool settled_ = false;  // the directory's time is old enough to show the next change
  std::chrono::steady_clock::time_point read_at_;
  std::chrono::steady_clock::duration cost_{};
};

/// Whether a file name matches a shell pattern, as the shell does it (no hidden files without a dot).
bool matches(const std::string& pattern, const std::string& name);

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace routemeter::app {

/// Notices that a file of the configuration was edited or replaced (--rules.watch), by looking at its status:
/// that works on every file system, and through symlinks that are switched. For one thread.
class RulesWatch {
 public:
  using Clock = std::chrono::steady_clock;

  /// Remembers the files as they are now. Make it before they are read, so that a change in between is seen.
  explicit RulesWatch(const std::vector<std::string>& paths);

  /// Looks, about once a second. True once for each change: some file is not what it was and no file is being
  /// written any more, which means unchanged for a second, or put in place by a rename. A file that is gone
  /// is no change: the rules in force stay until there are others.
  bool changed(Clock::time_point now);

 private:
  /// The status of a file: it differs after an edit or a replacement.
  struct Version {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified_ns = 0;
    bool changed_later = false;  // than its content was written
    bool is_file(const Version& other) const { return device == other.device && inode == other.inode; }
    bool operator==(const Version& other) const {
      return is_file(other) && size == other.size && modified_ns == other.modified_ns;
    }
  };
  struct Watched {
    std::string path;
    std::optional<Version> known;  // nothing: there was no file
    std::optional<Version> seen;   // by the last look
    Clock::time_point since;       // when `seen` was seen first
  };

  static std::optional<Version> look_at(const std::string& path);
  static bool is_settled(const Watched& file, Clock::time_point now);

  std::vector<Watched> files_;
};

}  // namespace routemeter::app

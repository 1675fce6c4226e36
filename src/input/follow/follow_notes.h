// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "input/follow/follow_stats.h"

namespace routemeter::input {

/// What there is to say and to count about followed files.
class FollowNotes {
 public:
  struct Path {
    std::size_t source = 0;
    Rotations rotations{};
  };

  /// Counts a loss and says it.
  void lose(Loss reason, const std::string& path, const std::string& what);
  /// Says a change once: `problem` is what keeps `path` from being read; empty = nothing does any more.
  void tell(const std::string& path, const std::string& problem);
  /// The same for a failed call; counted once per change.
  void tell_error(const std::string& path, const std::string& what, int error);
  void say(const std::string& path, const std::string& what);
  void rotated(const std::string& path, std::size_t source, Rotation kind);
  std::vector<std::string> take_messages();

  FollowStats stats;
  std::map<std::string, Path> paths;  ///< of logged paths, those that had any

 private:
  std::map<std::string, std::string> told_;
  std::vector<std::string> messages_;
};

}  // namespace routemeter::input

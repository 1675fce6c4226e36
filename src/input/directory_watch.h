// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "util/fd.h"

namespace routemeter::input {

/// Says "look" when something happens in the directories of some paths. Nothing else is taken from the
/// events, so lost, merged and overflowed ones do no harm. Where the kernel gives no watch, it stays silent.
class DirectoryWatch {
 public:
  DirectoryWatch();

  /// Polls readable after a change; -1 when there is no inotify.
  int fd() const { return inotify_.get(); }
  /// Forgets what has happened so far and watches the directory of each path, and, where the path is a
  /// symbolic link, of what it leads to. Directories come and go: to be called before each look at the
  /// files, so that no change after the look is missed.
  void refresh(const std::vector<std::string>& paths);
  /// What keeps it from watching everything, in words; empty = nothing.
  const std::string& problem() const { return problem_; }

 private:
  void watch(const std::string& directory, std::vector<int>& watches);

  util::Fd inotify_;
  std::vector<int> watches_;
  std::string problem_;
};

}  // namespace routemeter::input

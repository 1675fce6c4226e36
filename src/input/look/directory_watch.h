// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "util/fd.h"

namespace routemeter::input {

/// Says "look" when something happens in some directories. Nothing else is taken from the events, so lost,
/// merged and overflowed ones do no harm. Where the kernel gives no watch, it stays silent.
class DirectoryWatch {
 public:
  /// `wanted` false: silent from the beginning.
  explicit DirectoryWatch(bool wanted);

  /// Polls readable after a change; -1 when there is no inotify.
  int fd() const { return inotify_.get(); }
  /// Forgets what has happened so far and watches these directories. They come and go: to be called before
  /// each look at the files, so that no change after the look is missed.
  void refresh(const std::vector<std::string>& directories);
  /// What keeps it from watching everything, in words; empty = nothing.
  const std::string& problem() const { return problem_; }
  /// Whether every directory that exists is watched.
  bool watching() const { return inotify_ && problem_.empty(); }
  /// How often the kernel has dropped events.
  std::uint64_t overflows() const { return overflows_; }

 private:
  void forget();
  void watch(const std::string& directory, std::vector<int>& watches);

  util::Fd inotify_;
  std::vector<int> watches_;
  std::string problem_;
  std::uint64_t overflows_ = 0;
};

}  // namespace routemeter::input

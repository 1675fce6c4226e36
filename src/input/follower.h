// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "input/block.h"
#include "util/result.h"

namespace routemeter::input {

/// Follows growing files for `serve`: one per path, from its beginning, complete lines only; the rest of a
/// torn line waits. inotify on the directories only says "look"; the caller's timer covers its absence.
/// Used by one thread.
class Follower {
 public:
  virtual ~Follower() = default;
  /// A descriptor that polls readable when there may be something new; -1 when inotify is not to be had.
  virtual int wake_fd() const = 0;
  /// Takes what the wake descriptor holds and looks at the files again (opens new ones, notices growth).
  virtual void look() = 0;
  /// The next lines of any file, files taking turns; `source` gets the index into paths(). False when all
  /// files are read to their present end.
  virtual bool next(Block& block, std::size_t& source) = 0;
  /// Gives the last block back unread: the next next() of that source returns it again (with what was
  /// appended since). For format detection on a file that is still short.
  virtual void unread(std::size_t source) = 0;
  /// Bytes not yet read of a source (a torn line's among them).
  virtual std::uint64_t lag(std::size_t source) const = 0;
  /// Problems since the last call, one line each (missing file, permission), each said once per change.
  virtual std::vector<std::string> take_messages() = 0;
};

/// Never fails on a missing file: it may appear later. Errors only on an unusable path.
util::Result<std::unique_ptr<Follower>> follow(const std::vector<std::string>& paths);

}  // namespace routemeter::input

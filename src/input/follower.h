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
/// torn line waits. A new file at a path (rotation by rename) does not end the old one: both are read, and
/// the old one is let go when it has been quiet for long. A file that shrank is read from its start again.
/// inotify on the directories only says "look"; the caller's timer covers its absence.
/// Regular files only: a FIFO at a path is a problem that take_messages() tells. Used by one thread.
class Follower {
 public:
  virtual ~Follower() = default;
  /// A descriptor that polls readable when there may be something new; -1 when inotify is not to be had.
  virtual int wake_fd() const = 0;
  /// Takes what the wake descriptor holds and looks at the files again (opens new ones, notices growth).
  virtual void look() = 0;
  /// The next lines of any file, files taking turns, at most one block of each; `source` gets the index into
  /// the paths that follow() was given. False when all files are read to the end that they had at the last
  /// look(): a writer faster than the caller cannot keep it from ever being false.
  virtual bool next(Block& block, std::size_t& source) = 0;
  /// Gives the last block of a source back unread: after the next look(), that source's next next() returns
  /// it again (with what follows it by then, up to kBlockSize). For format detection on a file that is still
  /// short.
  virtual void unread(std::size_t source) = 0;
  /// Bytes not yet read of a source (a torn line's among them).
  virtual std::uint64_t lag(std::size_t source) const = 0;
  /// Problems since the last call, one line each (missing file, permission), each said once per change.
  virtual std::vector<std::string> take_messages() = 0;
};

/// Never fails on a missing file: it may appear later. Errors only on an unusable path.
util::Result<std::unique_ptr<Follower>> follow(const std::vector<std::string>& paths);

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "input/follow/follow_notes.h"
#include "input/read/block.h"
#include "input/stream/stream_source.h"
#include "util/codec.h"
#include "util/result.h"

namespace routemeter::input {

/// Follows logs for `serve`: complete lines only, each once, whatever happens to the files
/// (tests/RELIABILITY.md). A log is a path, a glob, or a stream (stream_source.h); all files of a glob,
/// and the rotations of a file, belong to its log. A new file at a path never ends the old one: both are
/// read. inotify only says "look"; the caller's timer (a second) covers its absence. Used by one thread.
class Follower {
 public:
  virtual ~Follower() = default;
  /// A descriptor that polls readable when there may be something new in the files; -1 when there is none to
  /// be had.
  virtual int wake_fd() const = 0;
  /// The same for the streams, which keep little and must not wait; -1 when there are none.
  virtual int stream_fd() const = 0;
  /// Whether wake_fd() tells of every directory, as of the last look().
  virtual bool watching() const = 0;
  /// Takes what the wake descriptors hold and looks at the files again.
  virtual void look() = 0;
  /// The next lines of any file, files taking turns, at most one block of each; `source` gets the index into
  /// the logs that follow() was given. False when all files are read to the end that they had at the last
  /// look(): a writer faster than the caller cannot keep it from ever being false.
  virtual bool next(Block& block, std::size_t& source) = 0;
  /// Gives the last block of a source back unread: after the next look(), that source's next next() returns
  /// it again (with what follows it by then, up to kBlockSize). For format detection on a file that is still
  /// short.
  virtual void unread(std::size_t source) = 0;
  /// Bytes not yet read of a source (a torn line's among them).
  virtual std::uint64_t lag(std::size_t source) const = 0;
  /// The first bytes, up to kHeadBytes, of the source's current file, read or not; of a stream, those that
  /// were given back. For format detection after a restart.
  virtual std::string head(std::size_t source) const = 0;
  virtual std::vector<FileStatus> files() const = 0;
  virtual std::vector<StreamStatus> streams() const = 0;
  virtual FollowStats stats() const = 0;
  /// Problems since the last call, one line each (missing file, permission), each said once per change.
  virtual std::vector<std::string> take_messages() = 0;

  /// Everything needed to go on behind the last block that next() gave and that was not given back: to be
  /// kept together with what was made of the blocks. Never inside a line, but for one that is too long.
  virtual void save(util::Encoder& out) const = 0;
  /// Goes on from there; before the first look(). False: damaged, and nothing has changed.
  virtual bool restore(util::Decoder& in) = 0;
};

/// Never fails on a missing file: it may appear later. Errors only on an unusable path or stream.
util::Result<std::unique_ptr<Follower>> follow(const std::vector<std::string>& logs,
                                               FollowOptions options = {});

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include <sys/types.h>

#include "input/block.h"
#include "input/splitter.h"
#include "util/fd.h"

namespace routemeter::input {

using Clock = std::chrono::steady_clock;

/// Which file a descriptor or a path means. Enough while a descriptor is held: the kernel cannot give the
/// inode to another file before.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
};

/// One open file that is being followed, and how far it has been read.
class FileState {
 public:
  enum class Change { kNone, kGrown, kTruncated };
  enum class Outcome { kBlock, kNothing, kError };

  /// `source`: index of the path under which the file was found first.
  FileState(util::Fd fd, FileId id, std::size_t source, Clock::time_point now);

  const FileId& id() const { return id_; }
  std::size_t source() const { return source_; }

  /// Takes the file's present size as the end to read to. kTruncated: it is smaller than at the last look,
  /// and reading begins at 0 again; the beginning of a line that the cut destroyed is forgotten.
  Change look(Clock::time_point now);
  /// Reads one chunk. kBlock: `block` has lines or a too_long count. kError: errno says why; it is tried
  /// again after the next look().
  Outcome read(Block& block);
  /// Undoes the last read() that gave a block; nothing is read until the next look(),
  /// and then as much as a block holds.
  void unread();

  /// True when read() has nothing to do before the next look().
  bool drained() const { return held_ || (at_end() && !(finishing_ && torn())); }
  /// True when it has been read to the end that the last look() saw.
  bool at_end() const { return offset_ >= end_; }
  /// True when the last line so far has no end yet.
  bool torn() const { return splitter_.pending() > 0 || splitter_.skipping(); }
  /// Bytes that the file has now beyond the last whole line.
  std::uint64_t lag() const;

  /// Whether some path names the file. Losing the name begins a new quiet time: writers learn of it later.
  void set_named(bool named, Clock::time_point now);
  bool named() const { return named_; }
  Clock::time_point quiet_since() const { return quiet_since_; }
  /// No more is expected: a torn last line is delivered as it is.
  void finish() { finishing_ = true; }
  /// Finished and delivered to the end: the file can be closed.
  bool done() const { return finishing_ && !held_ && at_end() && !torn(); }

 private:
  std::uint64_t resume_offset() const { return offset_ - splitter_.pending(); }

  util::Fd fd_;
  FileId id_;
  std::size_t source_;
  Splitter splitter_;
  std::uint64_t offset_ = 0;  // read up to here
  std::uint64_t end_ = 0;     // read to here until the next look()
  std::uint64_t block_offset_ = 0;
  bool block_skipping_ = false;
  bool held_ = false;
  bool whole_block_ = false;
  bool named_ = true;
  bool finishing_ = false;
  Clock::time_point quiet_since_;
};

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "input/follow/judge.h"
#include "input/read/block.h"
#include "input/read/file_bytes.h"
#include "input/read/file_probe.h"
#include "input/read/fingerprint.h"
#include "util/fd.h"

namespace routemeter::input {

/// One open file that is being read, plain or gzip, and how far it has been read. Every read checks that the
/// bytes before its place are still the ones that were read.
class OpenFile {
 public:
  enum class Outcome { kBlock, kNothing, kError };

  /// `facts`: of `fd`. Nothing is read before start() and check().
  OpenFile(util::Fd fd, const FileFacts& facts, bool gzip, const std::string& name, Clock::time_point now);

  /// The errno of what the system would not read since the last check(); 0 = nothing. While it is not 0, what
  /// the content seems to say is worth nothing.
  int error() const { return bytes_.error(); }
  /// The content as it is now.
  FileBytes& bytes() { return bytes_; }
  /// Compares the content with a position that was saved, for judge(). Decompresses up to there.
  Facts compare(const Position& position);
  /// Goes on from a position whose bytes the file has.
  void start(const Position& position);
  /// Looks at the file again: what has happened to it since the last time. Its size is the end to read to
  /// until the next call. A partial line that has changed is read anew. After anything but kSame and
  /// kSameSmaller the caller says where to start(). With an error() nothing is known, and nothing is read
  /// until the next check().
  Judgement check(Clock::time_point now);

  /// Nothing is read until the next check().
  void hold() { held_ = true; }
  /// Whether the last check() still holds: nothing that it saw is gone or has become another text.
  bool intact();

  /// Reads one chunk. kBlock: `block` has lines or a too_long count. kError: error() says why; it is tried
  /// again after the next check().
  Outcome read(Block& block);
  /// Undoes the last read() that gave a block; nothing is read until the next check(),
  /// and then as much as a block holds.
  void unread();
  /// Whether the block of the last read() was a last line without its end.
  bool was_torn() const { return was_torn_; }
  /// The block that read() would give next, or its file, has been damaged or cut here: why. Empty = no.
  std::string broken() const { return bytes_.broken(); }

  /// Behind the last whole line that read() gave.
  Position position() const;
  /// True when read() has nothing to do before the next check().
  bool drained() const { return held_ || (at_end() && !(finishing_ && torn())); }
  /// True when it has been read to the end that the last check() saw.
  bool at_end() const { return offset_ >= end_; }
  /// True when the last line so far has no end yet.
  bool torn() const { return splitter_.pending() > 0 || splitter_.skipping(); }
  std::uint64_t partial() const { return splitter_.pending(); }
  /// Bytes that the file has now beyond the last whole line; a gzip file's are not known.
  std::uint64_t lag() const;

  const FileFacts& facts() const { return facts_; }
  int fd() const { return bytes_.fd(); }
  bool gzip() const { return bytes_.gzip(); }
  Clock::time_point quiet_since() const { return quiet_since_; }
  void restart_quiet(Clock::time_point now) { quiet_since_ = now; }

  /// No more is expected: a torn last line is delivered as it is. Growth takes this back.
  void finish() { finishing_ = true; }
  void unfinish() { finishing_ = false; }
  /// Finished and delivered to the end: the file can be closed.
  bool done() const { return finishing_ && !held_ && at_end() && !torn(); }

 private:
  struct Place {
    std::uint64_t offset = 0;
    bool skipping = false;
    Tail tail;
  };

  Judgement cannot_tell(const FileFacts& before);
  std::ptrdiff_t read_bytes(char* data, std::size_t size);
  std::ptrdiff_t failed(int error);
  void take(Block& block, char* data, std::size_t size);
  void jump_over_hole();
  void end_of_line_here();
  void keep_head(std::string_view fresh);
  /// The beginning of what was read up to `offset`.
  std::string_view head_before(std::uint64_t offset) const {
    return std::string_view(head_).substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(kHeadSize, offset)));
  }
  void go_to(const Place& place);

  FileBytes bytes_;
  FileFacts facts_;
  Splitter splitter_;
  std::string head_;          // the file's first bytes, up to kHeadSize, as far as read
  Tail tail_;                 // the bytes before offset_
  Place line_;                // where the partial line begins
  Place before_;              // where the last block began
  std::uint64_t offset_ = 0;  // read up to here
  std::uint64_t end_ = 0;     // read to here until the next check()
  bool suspect_ = false;      // the last read met other bytes than it had left
  bool nul_ = false;          // the last bytes read were all NUL
  bool held_ = false;
  bool whole_block_ = false;
  bool finishing_ = false;
  bool was_torn_ = false;
  Clock::time_point quiet_since_;
};

}  // namespace routemeter::input

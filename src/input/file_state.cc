// SPDX-License-Identifier: Apache-2.0
#include "input/file_state.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "input/limits.h"

namespace routemeter::input {
namespace {

// Size of an open file; 0 when the file system does not answer any more.
std::uint64_t size_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

FileState::FileState(util::Fd fd, FileId id, std::size_t source, Clock::time_point now)
    : fd_(std::move(fd)), id_(id), source_(source), quiet_since_(now) {}

FileState::Change FileState::look(Clock::time_point now) {
  held_ = false;
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) return Change::kNone;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::uint64_t seen = std::exchange(end_, size);
  if (size == seen) return Change::kNone;
  quiet_since_ = now;
  finishing_ = false;
  // A log only grows: one that has shrunk is another text, even where the part read so far would still fit.
  if (size >= seen) return Change::kGrown;
  offset_ = 0;
  block_offset_ = 0;
  block_skipping_ = false;
  splitter_.reset(false);
  return Change::kTruncated;
}

FileState::Outcome FileState::read(Block& block) {
  block.text = {};
  block.too_long = 0;
  const std::uint64_t from = resume_offset();
  const bool skipping = splitter_.skipping();
  if (at_end()) {
    splitter_.finish(block);
  } else {
    const Splitter::Room room = splitter_.room(block);
    // Who gave a block back wants to see more than it held.
    const std::size_t most = whole_block_ ? room.size : kReadSize;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(most, end_ - offset_));
    ssize_t n = -1;
    do {
      n = ::pread(fd_.get(), room.data, size, static_cast<off_t>(offset_));
    } while (n < 0 && errno == EINTR);
    if (n <= 0) end_ = offset_;  // an error, or shorter than a moment ago: the next look() finds out
    if (n < 0) return Outcome::kError;
    offset_ += static_cast<std::uint64_t>(n);
    splitter_.add(block, static_cast<std::size_t>(n));
  }
  if (block.text.empty() && block.too_long == 0) return Outcome::kNothing;
  block_offset_ = from;
  block_skipping_ = skipping;
  whole_block_ = false;
  return Outcome::kBlock;
}

void FileState::unread() {
  offset_ = block_offset_;
  splitter_.reset(block_skipping_);
  held_ = true;
  whole_block_ = true;
}

std::uint64_t FileState::lag() const {
  return std::max(size_of(fd_.get()), resume_offset()) - resume_offset();
}

void FileState::set_named(bool named, Clock::time_point now) {
  if (named_ && !named) quiet_since_ = now;
  if (named) finishing_ = false;
  named_ = named;
}

}  // namespace routemeter::input

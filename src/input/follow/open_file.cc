// SPDX-License-Identifier: Apache-2.0
#include "input/follow/open_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <sys/uio.h>
#include <unistd.h>

#include "input/read/block.h"

namespace routemeter::input {
namespace {

constexpr std::uint64_t kUnknownEnd = std::numeric_limits<std::uint64_t>::max();

}  // namespace

OpenFile::OpenFile(util::Fd fd, const FileFacts& facts, bool gzip, const std::string& name,
                   Clock::time_point now)
    : bytes_(std::move(fd), gzip, name), facts_(facts), quiet_since_(now) {}

Facts OpenFile::compare(const Position& position) {
  Facts facts;
  facts.offset = position.offset;
  facts.head = match_head(position.print, bytes_.head());
  facts.tail = Match::kShort;
  if (gzip()) {
    // The length of the text is known when its end has been reached.
    if (facts.head == Match::kYes) facts.tail = match_tail(position.print, bytes_.tail(position.offset));
    facts.size = facts.tail == Match::kShort ? 0 : position.offset;
  } else {
    facts.size = facts_.size;
    if (facts.size >= position.offset) facts.tail = match_tail(position.print, bytes_.tail(position.offset));
  }
  facts.birth_known = facts_.id.birth != 0;
  return facts;
}

void OpenFile::start(const Position& position) {
  head_ = position.offset == 0 ? std::string() : bytes_.head();
  head_.resize(head_before(position.offset).size());
  Place place{position.offset, position.skipping, {}};
  if (position.offset > 0) place.tail.append(bytes_.tail(position.offset));
  go_to(place);
  before_ = place;
  held_ = false;
  finishing_ = false;
  suspect_ = false;
  end_ = gzip() ? kUnknownEnd : facts_.size;
}

void OpenFile::go_to(const Place& place) {
  line_ = place;
  offset_ = place.offset;
  tail_ = place.tail;
  nul_ = false;
  splitter_.reset(place.skipping);
}

Judgement OpenFile::check(Clock::time_point now) {
  held_ = false;
  bytes_.clear_error();
  FileFacts facts;
  if (const int error = look_at(fd(), facts); error != 0) {
    bytes_.set_error(error);
    return cannot_tell(facts_);
  }
  const FileFacts before = std::exchange(facts_, facts);
  const std::uint64_t seen = before.size;
  // Not the times alone: a clock tick may hold two writes.
  if (facts.size != seen || suspect_) {
    quiet_since_ = now;
    finishing_ = false;
  }
  if (gzip()) {
    if (facts.size != seen) end_ = kUnknownEnd;
    return {};
  }
  end_ = facts.size;
  suspect_ = false;
  if (facts.size >= offset_ && match_bytes(tail_.bytes(), bytes_.tail(offset_)) == Match::kYes) {
    return {facts.size < seen ? Verdict::kSameSmaller : Verdict::kSame, false};
  }
  if (error() != 0) return cannot_tell(before);
  Facts known;
  known.size = facts.size;
  known.offset = line_.offset;
  known.seen = seen;
  known.head = match_head(fingerprint(head_before(line_.offset), {}), bytes_.head());
  if (facts.size >= line_.offset) known.tail = match_bytes(line_.tail.bytes(), bytes_.tail(line_.offset));
  if (error() != 0) return cannot_tell(before);
  // Truncated while we looked: what was read of it belongs to two states of the file.
  if (look_at(fd(), facts) == 0 && facts.size < known.size) return check(now);
  const Judgement judgement = judge(known);
  if (judgement.verdict == Verdict::kSame || judgement.verdict == Verdict::kSameSmaller) {
    // Whole lines are as they were; the one that had begun has become another.
    go_to(Place(line_));
    return {line_.offset == 0 ? Verdict::kRewritten : Verdict::kSameSmaller, judgement.unsure};
  }
  return judgement;
}

// The next check() still compares with the size that was seen before.
Judgement OpenFile::cannot_tell(const FileFacts& before) {
  facts_ = before;
  held_ = true;
  return {};
}

bool OpenFile::intact() {
  FileFacts facts;
  if (gzip() || look_at(fd(), facts) != 0) return true;
  return facts.size >= facts_.size && match_bytes(tail_.bytes(), bytes_.tail(offset_)) == Match::kYes;
}

OpenFile::Outcome OpenFile::read(Block& block) {
  block.clear();
  was_torn_ = false;
  const Place before = line_;
  if (at_end()) {
    was_torn_ = splitter_.finish(block);
    end_of_line_here();
  } else {
    if (nul_) jump_over_hole();
    const Splitter::Room room = splitter_.room(block);
    // A caller who gave a block back wants to see more than it held.
    const std::size_t most = whole_block_ ? room.size : kReadSize;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(most, end_ - offset_));
    if (size == 0) return Outcome::kNothing;
    const std::ptrdiff_t n = read_bytes(room.data, size);
    if (n < 0) return Outcome::kError;
    take(block, room.data, static_cast<std::size_t>(n));
  }
  if (!block.has_news()) return Outcome::kNothing;
  before_ = before;
  whole_block_ = false;
  return Outcome::kBlock;
}

// The bytes at offset_; sets the end where there are no more, so that the next check() finds out why.
std::ptrdiff_t OpenFile::read_bytes(char* data, std::size_t size) {
  if (gzip()) {
    const std::size_t n = bytes_.read_at(offset_, data, size);
    if (error() != 0) return failed(error());
    if (n < size) end_ = offset_ + n;
    return static_cast<std::ptrdiff_t>(n);
  }
  std::array<char, kTailSize> again;
  const std::string_view before = tail_.bytes();
  const std::array<iovec, 2> parts = {{{again.data(), before.size()}, {data, size}}};
  ssize_t n = -1;
  do {
    n = ::preadv(fd(), parts.data(), 2, static_cast<off_t>(offset_ - before.size()));
  } while (n < 0 && errno == EINTR);
  if (n < 0) return failed(errno);
  const auto got = static_cast<std::size_t>(n);
  if (got <= before.size() || std::memcmp(again.data(), before.data(), before.size()) != 0) {
    suspect_ = true;
    end_ = offset_;
    return 0;
  }
  return static_cast<std::ptrdiff_t>(got - before.size());
}

// The end stays where it is: there is more, and the file is not done with.
std::ptrdiff_t OpenFile::failed(int error) {
  bytes_.set_error(error);
  held_ = true;
  return -1;
}

void OpenFile::take(Block& block, char* data, std::size_t size) {
  const std::string_view fresh(data, size);
  if (fresh.empty()) return;
  nul_ = fresh.front() == '\0' && fresh.back() == '\0' && all_nul(fresh);
  keep_head(fresh);
  // Before the splitter moves the bytes.
  const std::size_t newline = fresh.rfind('\n');
  if (newline != std::string_view::npos) {
    line_.offset = offset_ + newline + 1;
    line_.skipping = false;
    line_.tail = tail_;
    line_.tail.append(fresh.substr(0, newline + 1));
  }
  tail_.append(fresh);
  offset_ += size;
  splitter_.add(block, size);
  if (splitter_.skipping()) end_of_line_here();
}

// NULs before a line are no part of it, so a hole there need not be read; within a line it makes it too long.
void OpenFile::jump_over_hole() {
  if (gzip()) return;
  const std::uint64_t data = next_data(fd(), offset_, end_);
  if (data <= offset_) return;
  if (splitter_.pending() > 0) {
    if (splitter_.pending() + (data - offset_) <= kMaxLine) return;
    splitter_.reset(true);
  }
  const std::array<char, kHeadSize> nul{};
  keep_head({nul.data(), static_cast<std::size_t>(std::min<std::uint64_t>(kHeadSize, data - offset_))});
  tail_.append_nul(data - offset_);
  offset_ = data;
  if (splitter_.skipping()) end_of_line_here();
}

// Everything up to here is counted, or will be by the skipping splitter.
void OpenFile::end_of_line_here() { line_ = {offset_, splitter_.skipping(), tail_}; }

void OpenFile::keep_head(std::string_view fresh) {
  if (offset_ >= kHeadSize) return;
  const auto have = static_cast<std::size_t>(offset_);
  head_.resize(have);
  head_ += fresh.substr(0, kHeadSize - have);
}

void OpenFile::unread() {
  go_to(Place(before_));
  was_torn_ = false;
  held_ = true;
  whole_block_ = true;
}

Position OpenFile::position() const {
  return {line_.offset, line_.skipping, fingerprint(head_before(line_.offset), line_.tail.bytes())};
}

std::uint64_t OpenFile::lag() const {
  FileFacts facts;
  if (gzip() || look_at(fd(), facts) != 0) return 0;
  return std::max(facts.size, line_.offset) - line_.offset;
}

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
// Files that cannot be read for now: nothing is concluded from what they seem to hold, and nothing is
// skipped.
#include <algorithm>
#include <utility>

#include "input/follow/file_set.h"

namespace routemeter::input {
namespace {

using State = Entry::State;

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};

}  // namespace

// A file that cannot be read is left alone for a while, longer each time: a dead disk lets every attempt
// wait.
void FileSet::cannot_read(Entry& entry, int error) {
  notes_.tell_error(entry.name(), "cannot read", error);
  entry.pause = entry.unreadable ? std::min(entry.pause * 2, kLongestPause) : kFirstPause;
  if (!entry.unreadable) entry.unreadable_since = now_;
  entry.unreadable = true;
  entry.try_again = now_ + entry.pause;
}

void FileSet::can_read(Entry& entry) {
  if (std::exchange(entry.unreadable, false)) notes_.tell(entry.name(), {});
}

// Goes on reading an open file at `position`; where that cannot be done now, it is opened anew later.
void FileSet::start(Entry& entry, const Position& position) {
  entry.open->start(position);
  if (entry.open->error() != 0) put_off(entry, position);
}

void FileSet::put_off(Entry& entry, const Position& position) {
  const int error = entry.open->error();
  close(entry, State::kReading);
  entry.position = position;
  entry.verified = false;
  cannot_read(entry, error);
}

// A stale NFS handle never reads again, a new one of the same file does.
void FileSet::open_anew(Entry& entry, const Found& found) {
  std::unique_ptr<OpenFile> file = open(found, entry.gzip);
  if (!file) return;
  close(entry, State::kReading);
  go_on(entry, std::move(file));
}

// A file without a name that cannot be read is not held for ever; one with a name is opened anew.
void FileSet::give_up(Entry& entry) {
  if (entry.seen || now_ - entry.unreadable_since < options_.linger) return;
  notes_.lose(Loss::kGenerationGone, entry.path, "is gone, and could not be read to its end");
  close(entry, State::kFinished);
}

}  // namespace routemeter::input

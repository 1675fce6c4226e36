// SPDX-License-Identifier: Apache-2.0
#include "input/follow/judge.h"

namespace routemeter::input {

Judgement judge(const Facts& facts) {
  // Nothing read yet: any file may be read from its start, but bytes that were seen may be gone.
  if (facts.offset == 0) {
    return {facts.size < facts.seen ? Verdict::kTruncated : Verdict::kSame, false};
  }
  if (facts.size < facts.offset) {
    return {facts.head == Match::kYes && facts.size > 0 ? Verdict::kShrunk : Verdict::kTruncated, false};
  }
  // An equal tail is enough: bytes before it that somebody edited have been counted as they were.
  if (facts.tail == Match::kYes) {
    const bool unsure = !facts.birth_known && facts.offset < kTellingSize;
    return {facts.size < facts.seen ? Verdict::kSameSmaller : Verdict::kSame, unsure};
  }
  // A head that is still there above a tail of NUL is a file after a power loss, not a truncated one; both
  // go on where they were.
  if (facts.tail == Match::kNul && (facts.head == Match::kYes || facts.head == Match::kNul)) {
    return {Verdict::kHole, false};
  }
  // As much of the beginning as that is not written again: the end was lost, and others have come since.
  if (facts.head == Match::kYes && facts.offset >= kTellingSize) return {Verdict::kShrunk, false};
  return {Verdict::kRewritten, false};
}

Claim claim(const Relation& r) {
  // The file that is logged to now does not wait for an old file that cannot be read.
  if (r.unread) return r.active_name ? Claim::kNone : Claim::kLater;
  // The next look knows what the other was, and then this is its copy.
  if (r.changed && !r.active_name) return Claim::kLater;
  if (r.head != Match::kYes) return Claim::kNone;
  // Shorter than what was read of the other: the beginning alone is enough only where a copy is due.
  const bool due = (r.holder == Holder::kCut && r.just_gone) || (r.gzip && (r.name_fits || r.just_gone));
  if (r.tail != Match::kYes && !(r.tail == Match::kShort && due)) return Claim::kNone;
  const bool telling = r.offset >= kTellingSize;
  if (r.copied_up) return telling ? Claim::kTakeOver : Claim::kTakeOverUnsure;
  // What a compressor makes of a file that has just gone, or beside its name, is that file. Nobody compresses
  // anything but logs that were there, so a line is enough to tell.
  const bool compressed = r.gzip && (r.offset >= kFirstRung || r.name_fits || r.just_gone);
  switch (r.holder) {
    case Holder::kCut:
      return r.active_name ? Claim::kNone : Claim::kTakeOver;
    case Holder::kGone:
      if (compressed) return Claim::kTakeOver;
      // A rotation that repeats all that was read of a file that has just gone: a copy of it, copytruncate
      // and a new log while we were down.
      if (r.just_gone && !r.active_name && r.offset >= kFirstRung) return Claim::kTakeOverUnsure;
      return telling ? Claim::kTakeOverUnsure : Claim::kNone;
    case Holder::kUnlinked:
      if (r.active_name) {
        if (!telling) return Claim::kNone;
        return r.drained ? Claim::kFork : Claim::kLater;
      }
      if (compressed) return Claim::kCopy;
      return telling ? Claim::kCopyUnsure : Claim::kNone;
    case Holder::kActive:
      // A file that appears beside the log it repeats is what copytruncate makes before it truncates.
      return r.active_name ? Claim::kNone : Claim::kCopy;
    case Holder::kRotated:
      if (r.active_name) return Claim::kNone;
      if (compressed) return Claim::kCopy;
      return telling ? Claim::kCopyUnsure : Claim::kNone;
  }
  return Claim::kNone;
}

}  // namespace routemeter::input

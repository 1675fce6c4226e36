// SPDX-License-Identifier: Apache-2.0
#include "input/read/identity.h"

namespace routemeter::input {

bool same_file(const FileId& a, const FileId& b) {
  if (a.inode == 0 || a.inode != b.inode) return false;
  if (a.device != 0 && b.device != 0 && a.device != b.device) return false;
  return a.birth == 0 || b.birth == 0 || a.birth == b.birth;
}

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

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#include "input/follow/judge.h"

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <tuple>

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

Resume resume(Verdict verdict, std::uint64_t size, std::uint64_t offset) {
  if (verdict == Verdict::kHole) return Resume::kOffset;
  if (verdict != Verdict::kShrunk) return Resume::kStart;
  return size < offset ? Resume::kEnd : Resume::kLineBeforeOffset;
}

Reopening reopening(const Met& met) {
  const bool changed = met.resized || met.touched;
  if (met.state == FileState::kCopy) return changed ? Reopening::kReviewCopy : Reopening::kNo;
  if (met.state != FileState::kReading && met.verified && !changed) return Reopening::kNo;
  if (met.gzip && met.state == FileState::kFinished && !met.resized) return Reopening::kTrust;
  return Reopening::kOpen;
}

GoOn go_on(const Facts& facts, bool ended_there, bool stand_in) {
  if (facts.offset == 0 || facts.tail == Match::kYes) {
    return ended_there ? GoOn::kNothingNew : GoOn::kAtOffset;
  }
  if (!stand_in) return GoOn::kByVerdict;
  return facts.tail == Match::kShort && facts.head != Match::kNo ? GoOn::kTooShort : GoOn::kAnew;
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
  if (r.holder == Holder::kCut) return r.active_name ? Claim::kNone : Claim::kTakeOver;
  // A file that appears beside the log it repeats is what copytruncate makes before it truncates.
  if (r.holder == Holder::kActive) return r.active_name ? Claim::kNone : Claim::kCopy;
  if (r.holder == Holder::kGone) {
    if (compressed) return Claim::kTakeOver;
    // A rotation that repeats all that was read of a file that has just gone: a copy of it, copytruncate
    // and a new log while we were down.
    if (r.just_gone && !r.active_name && r.offset >= kFirstRung) return Claim::kTakeOverUnsure;
    return telling ? Claim::kTakeOverUnsure : Claim::kNone;
  }
  if (r.active_name) {
    if (r.holder == Holder::kRotated || !telling) return Claim::kNone;
    return r.drained ? Claim::kFork : Claim::kLater;
  }
  if (compressed) return Claim::kCopy;
  return telling ? Claim::kCopyUnsure : Claim::kNone;
}

bool is_doubtful(Claim claim) {
  return claim == Claim::kTakeOverUnsure || claim == Claim::kCopyUnsure || claim == Claim::kFork;
}

Choice best_claim(std::span<const Relation> relations) {
  // Of several that it repeats, the one of which most was read.
  const auto strength = [&](const Choice& choice) {
    const Relation& r = relations[choice.index];
    return std::tuple(r.tail == Match::kYes, r.offset, choice.claim);
  };
  Choice best;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    const Choice next{claim(relations[i]), i};
    if (next.claim == Claim::kNone) continue;
    if (best.claim == Claim::kNone || strength(next) > strength(best)) best = next;
  }
  return best;
}

FirstRead first_read(bool baseline, bool first_look, bool active, bool skip_present) {
  if (baseline) return FirstRead::kNothing;
  return first_look && active && skip_present ? FirstRead::kFromNow : FirstRead::kAll;
}

Whereabouts whereabouts(int error, bool same) {
  if (error == 0) return same ? Whereabouts::kThere : Whereabouts::kElsewhere;
  return error == ENOENT || error == ENOTDIR ? Whereabouts::kElsewhere : Whereabouts::kUnknown;
}

Departure departure(FileState state, std::uint64_t size, std::uint64_t offset, bool puzzle) {
  const bool unread = state == FileState::kReading || (state == FileState::kParked && size > offset);
  if (!unread) return Departure::kDone;
  return puzzle ? Departure::kWait : Departure::kLoss;
}

bool has_gap(bool there, std::uint32_t number, bool successors, const std::set<std::uint32_t>& numbers) {
  if (!there) return successors;
  for (std::uint32_t n = 1; n < number; ++n) {
    if (!numbers.contains(n)) return true;
  }
  return false;
}

Release release(const Lingering& file, Clock::duration linger) {
  // A file without a name that cannot be read is not held for ever; one with a name is opened anew.
  if (file.failing) return file.has_name || *file.failing < linger ? Release::kKeep : Release::kGiveUp;
  if (!file.at_end) return Release::kKeep;
  if (file.gzip || file.quiet >= linger) return Release::kFinish;
  return file.quiet >= kQuiet ? Release::kFinishUnwritten : Release::kKeep;
}

std::vector<std::size_t> closed_first(std::span<const Clock::time_point> quiet_since, std::size_t surplus) {
  std::vector<std::size_t> files(quiet_since.size());
  std::iota(files.begin(), files.end(), 0);
  std::stable_sort(files.begin(), files.end(),
                   [&](std::size_t a, std::size_t b) { return quiet_since[a] < quiet_since[b]; });
  files.resize(std::min(files.size(), surplus));
  return files;
}

}  // namespace routemeter::input

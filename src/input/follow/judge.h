// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "input/read/fingerprint.h"

// Every decision about a file, from facts that others have collected: no function here reads a file or a
// clock, and all are held by tables in tests/unit/input/judge_test.cc. FileSet asks, FileLifecycle carries
// out.

namespace routemeter::input {

using Clock = std::chrono::steady_clock;

/// The facts about a file whose inode is the one that was read from.
struct Facts {
  std::uint64_t size = 0;    ///< now
  std::uint64_t offset = 0;  ///< read up to here
  std::uint64_t seen = 0;    ///< size when it was looked at last; 0 after a restart
  Match head = Match::kYes;
  Match tail = Match::kYes;
  bool birth_known = true;
};

enum class Verdict {
  kSame,         ///< go on
  kSameSmaller,  ///< go on, but bytes that were never read are gone
  kShrunk,     ///< its end is lost: go on at its new end, or at the offset where it has grown past that again
  kHole,       ///< truncated under a writer that keeps its place: NUL, then new lines: go on at the offset
  kTruncated,  ///< begins anew; a copy of what was read may exist
  kRewritten,  ///< the same, and what is in it now is longer than what was read
};

struct Judgement {
  Verdict verdict = Verdict::kSame;
  bool unsure = false;  ///< too few bytes read and no birth time: may be another file
  bool operator==(const Judgement&) const = default;
};

/// From this many equal bytes on, an equal head and an equal tail at the same offset mean a copy even where
/// metadata differ; fixed banners and health checks make fewer too common (tests/RELIABILITY.md, "Identity of
/// a file").
inline constexpr std::uint64_t kTellingSize = 4096;

/// The table in tests/RELIABILITY.md, "Identity of a file", rows with the same inode (rows with another:
/// claim()).
Judgement judge(const Facts& facts);

/// Where reading goes on after a verdict, in a file that has `size` bytes and was read to `offset`.
enum class Resume { kStart, kOffset, kEnd, kLineBeforeOffset };
Resume resume(Verdict verdict, std::uint64_t size, std::uint64_t offset);

/// What is expected of a known file. Part of the state by its number.
enum class FileState : std::uint8_t {
  kReading,   ///< to be held open and read
  kParked,    ///< read to its end and closed to save descriptors; read on when it grows
  kFinished,  ///< nothing more is expected; read on if it grows all the same
  kCopy,      ///< repeats another file, stands in for it when that is truncated or goes
};

/// A known file that is not open, met again by a look.
struct Met {
  FileState state = FileState::kReading;
  bool gzip = false;
  bool verified = true;  ///< its content was compared in this run
  bool resized = false;  ///< since it was looked at last
  bool touched = false;  ///< its time has changed since
};
enum class Reopening {
  kNo,
  kReviewCopy,  ///< a copy that has changed may turn out to be none
  kTrust,       ///< an archive as it was: not decompressed again
  kOpen,
};
Reopening reopening(const Met& met);

/// How an opened file goes on that was read before.
enum class GoOn {
  kNothingNew,  ///< finished, and as it was
  kTooShort,    ///< a copy that ends before what was read of its original: finished
  kAnew,        ///< a damaged archive that was replaced, or no copy after all
  kAtOffset,    ///< nothing has changed before the offset
  kByVerdict,   ///< as judge() says
};
/// `ended_there`: finished, and no longer than what was read. `stand_in`: an archive, or a copy that is read
/// instead of its original.
GoOn go_on(const Facts& facts, bool ended_there, bool stand_in);

/// Where the file is from which something was read.
enum class Holder {
  kCut,       ///< it was truncated or rewritten: its text is nowhere, or in a copy
  kGone,      ///< under no name, and not held open
  kUnlinked,  ///< held open, without a name
  kActive,    ///< at the path that is logged to
  kRotated,   ///< under another name
};

/// An unknown file beside something that was read.
struct Relation {
  bool active_name = false;  ///< the unknown file is at a path that is logged to
  bool gzip = false;
  Holder holder = Holder::kRotated;
  Match head = Match::kNo;
  Match tail = Match::kNo;   ///< kShort: the unknown file is shorter than what was read
  std::uint64_t offset = 0;  ///< how much was read
  bool name_fits = false;    ///< the old name with ".gz"
  bool just_gone = false;    ///< lost its name since the last look
  bool drained = true;       ///< held open and read to its end
  bool changed = false;      ///< held open, and truncated or rewritten in this very moment
  bool copied_up = false;    ///< same inode on overlayfs
  bool unread = false;       ///< one of the two cannot be read now: the comparison says nothing
};

/// In the order of how much they explain.
enum class Claim {
  kNone,            ///< another file: read from 0
  kLater,           ///< to be asked again at the next look
  kCopyUnsure,      ///< as kCopy, by content only
  kCopy,            ///< a copy of what is read elsewhere: not read as long as the other is there
  kFork,            ///< began as a copy and is logged to now: go on at the offset, the old one too
  kTakeOverUnsure,  ///< as kTakeOver, by content only
  kTakeOver,        ///< holds the text now: go on at the offset
};

/// Whether an unknown file is another one or one whose text was read already: rows of the table of
/// that section with another inode.
Claim claim(const Relation& relation);
/// Whether content alone says so.
bool is_doubtful(Claim claim);

/// The strongest claim of an unknown file, and of which relation it is.
struct Choice {
  Claim claim = Claim::kNone;
  std::size_t index = 0;
};
Choice best_claim(std::span<const Relation> relations);

/// How much of a file that nothing is known of is to be read.
enum class FirstRead { kAll, kFromNow, kNothing };
/// `baseline`: a rotation that was there before us; `skip_present`: what is there at the first look at its
/// log is not wanted.
FirstRead first_read(bool baseline, bool first_look, bool active, bool skip_present);

/// Where a file is that no listing has, by what its old path says: an errno of looking there, or whether the
/// file that is there is the same.
enum class Whereabouts { kThere, kElsewhere, kUnknown };
Whereabouts whereabouts(int error, bool same);

/// What it means that a file has gone, of which `offset` bytes of `size` were read. `puzzle`: a new file of
/// its log cannot be read yet, and may be it.
enum class Departure { kWait, kLoss, kDone };
Departure departure(FileState state, std::uint64_t size, std::uint64_t offset, bool puzzle);

/// Whether rotations came and went unseen between a file that was logged to and its successor. `there`: under
/// the rotated name ".`number`" (0 = another kind of name), itself or a copy of it; `successors`: rotations
/// appeared that were never logged to; `numbers`: all that there are of its log.
bool has_gap(bool there, std::uint32_t number, bool successors, const std::set<std::uint32_t>& numbers);

/// An open file that is not logged to any more.
struct Lingering {
  bool at_end = false;
  bool gzip = false;
  bool has_name = true;
  Clock::duration quiet{};                 ///< since it grew
  std::optional<Clock::duration> failing;  ///< since it could be read
};
enum class Release {
  kKeep,
  kFinish,           ///< its last line is delivered as it is, then it is closed
  kFinishUnwritten,  ///< the same, unless some process has it open for writing
  kGiveUp,
};
/// `linger`: after this nothing more is expected.
Release release(const Lingering& file, Clock::duration linger);

/// A rotated file without a writer is closed when it has been quiet for this long.
inline constexpr std::chrono::seconds kQuiet{1};

/// Which of some files that are read to their end (by their index) are closed when there are `surplus` too
/// many: those that have been quiet for the longest.
std::vector<std::size_t> closed_first(std::span<const Clock::time_point> quiet_since, std::size_t surplus);

}  // namespace routemeter::input

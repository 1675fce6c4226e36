// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "input/read/fingerprint.h"

namespace routemeter::input {

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

enum class Claim {
  kNone,            ///< another file: read from 0
  kLater,           ///< to be asked again at the next look
  kCopy,            ///< a copy of what is read elsewhere: not read as long as the other is there
  kCopyUnsure,      ///< the same, by content only
  kTakeOver,        ///< holds the text now: go on at the offset
  kTakeOverUnsure,  ///< the same, by content only
  kFork,            ///< began as a copy and is logged to now: go on at the offset, the old one too
};

/// Whether an unknown file is another one or one whose text was read already: rows of the table of
/// that section with another inode.
Claim claim(const Relation& relation);

}  // namespace routemeter::input

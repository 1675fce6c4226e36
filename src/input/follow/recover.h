// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "input/read/fingerprint.h"

namespace routemeter::input {

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
/// reliability.md 3.2 with another inode, and 3.6.
Claim claim(const Relation& relation);

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "input/read/fingerprint.h"

namespace routemeter::input {

/// Which file something is, by what the file system says. Inode numbers are reused at once (ext4), birth
/// times are not; device numbers change when a file system is mounted again (reliability.md E5, 3.2).
struct FileId {
  std::uint64_t device = 0;  ///< 0 = not known in this run
  std::uint64_t inode = 0;   ///< 0 = no file
  std::int64_t birth = 0;    ///< nanoseconds since the epoch; 0 = the file system keeps none
  bool operator==(const FileId&) const = default;
};

/// Whether both are one file as far as metadata tell.
bool same_file(const FileId& a, const FileId& b);

/// What can be known about a file whose inode is the one that was read from.
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
/// metadata differ; fixed banners and health checks make fewer too common (reliability.md 3.2).
inline constexpr std::uint64_t kTellingSize = 4096;

/// The table of reliability.md 3.2, rows with the same inode (rows with another: claim() in recover.h).
Judgement judge(const Facts& facts);

}  // namespace routemeter::input

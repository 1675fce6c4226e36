// SPDX-License-Identifier: Apache-2.0
#include "input/follow/evidence.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>

namespace routemeter::input {
namespace {

Match same_head(std::string_view one, std::string_view other) {
  const std::size_t most = std::min(one.size(), other.size());
  if (most == 0 || one.substr(0, most) != other.substr(0, most)) return Match::kNo;
  return all_nul(one.substr(0, most)) ? Match::kNul : Match::kYes;
}

// Whether a file of `size` bytes begins as a larger one and ends as that does there.
Match same_bytes(FileBytes& small, FileBytes& large, std::uint64_t size) {
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(size, kHeadSize));
  const std::string head = small.head().substr(0, most);
  const std::string tail = small.tail(size);
  if (head.size() < most || head != large.head().substr(0, most) || tail != large.tail(size))
    return Match::kNo;
  return all_nul(head) && all_nul(tail) ? Match::kNul : Match::kYes;
}

// Where the text is all hole as far as one compares, the size of what has just gone tells its archive.
bool is_archive_by_size(OpenFile& file, const KnownFile& known) {
  return file.gzip() && known.at_look.just_gone && known.size > 0 &&
         file.bytes().text_size() == static_cast<std::uint32_t>(known.size);
}

Holder holder_of(const KnownFile& entry) {
  if (entry.cut()) return Holder::kCut;
  if (entry.open && entry.unlinked) return Holder::kUnlinked;
  if (!entry.open && entry.gone()) return Holder::kGone;
  return entry.active ? Holder::kActive : Holder::kRotated;
}

Relation compare(const Found& found, OpenFile& file, KnownFile& known) {
  Relation relation;
  const Position position = known.place();
  relation.active_name = found.active;
  relation.gzip = file.gzip();
  relation.holder = holder_of(known);
  relation.offset = position.offset;
  relation.name_fits = file.gzip() && without_compression(found.path) == known.path;
  relation.just_gone = known.at_look.just_gone || (known.unlinked && !known.at_look.was_unlinked);
  relation.drained = !known.open || known.open->at_end();
  const FileId& id = found.facts.id;
  relation.copied_up = known.id.inode == id.inode && (known.id.device == id.device || known.id.device == 0) &&
                       metadata_change(file.fd());

  // A copy is younger than what it is a copy of. Without this, the log before last would be taken for a copy
  // of a new one whose first lines are the same, as health checks are.
  const std::int64_t birth = found.facts.id.birth;
  if (relation.holder == Holder::kActive && birth != 0 && birth < known.id.birth) return relation;

  if (known.open && !known.gzip && !file.gzip() && known.open->facts().size > 0) {
    FileFacts facts;
    look_at(known.open->fd(), facts);
    const std::uint64_t size = file.facts().size;
    if (size <= facts.size && (relation.holder == Holder::kActive || size < position.offset)) {
      relation.head = relation.tail = same_bytes(file.bytes(), known.open->bytes(), size);
      return relation;
    }
    if (relation.holder == Holder::kActive) return relation;
  }
  if (known.open && !known.gzip && file.gzip()) {
    relation.head = same_head(known.open->bytes().head(), file.bytes().head());
    if (relation.head == Match::kNul) {
      // One hole is like another: what the archive ends with has to be there.
      const std::uint64_t size = file.bytes().text_size();
      const std::string end = file.bytes().tail(size);
      const bool same = !all_nul(end) && end == known.open->bytes().tail(size);
      relation.head = same ? Match::kYes : Match::kNo;
    }
    relation.tail = relation.head;
    if (relation.head == Match::kYes && position.offset > 0 && !relation.name_fits) {
      relation.tail = file.compare(position).tail;
    }
    return relation;
  }
  // A whole file that nothing was read of says nothing about another one.
  if (position.print.head_size == 0) return relation;
  if (relation.name_fits && known.verified && position.print.head_size == kHeadSize) {
    // The archive of a file that we saw go: not decompressed to its end to be sure.
    const std::string head = file.bytes().head();
    if (!all_nul(head)) {
      relation.head = relation.tail = match_head(position.print, head);
      return relation;
    }
  }
  const Facts facts = file.compare(position);
  relation.head = facts.head;
  relation.tail = facts.tail;
  if (relation.head == Match::kYes && all_nul(file.bytes().head()) &&
      all_nul(file.bytes().tail(position.offset)) && !is_archive_by_size(file, known)) {
    relation.head = Match::kNul;
  }
  return relation;
}

}  // namespace

Relation relate(const Found& found, OpenFile& file, KnownFile& known) {
  Relation relation = compare(found, file, known);
  // copytruncate may truncate between our look at the log and the one at its copy.
  relation.changed = relation.head != Match::kYes && relation.holder == Holder::kActive && known.open &&
                     !known.open->intact();
  relation.unread = file.error() != 0 || (known.open && known.open->error() != 0);
  return relation;
}

bool holds_gzip(FileBytes& bytes) {
  std::array<char, 2> magic{};
  return bytes.read_at(0, magic.data(), magic.size()) == 2 && std::memcmp(magic.data(), "\x1f\x8b", 2) == 0;
}

bool is_blank(OpenFile& file) {
  // By the size that is known: bytes that have come since are for the next look.
  const std::uint64_t size = file.facts().size;
  return !file.gzip() && (size == 0 || (all_nul(file.bytes().head()) && all_nul(file.bytes().tail(size))));
}

Found as_found(const KnownFile& entry) {
  Found found{{entry}, {}};
  if (entry.open) {
    found.facts = entry.open->facts();
  } else {
    look_at(entry.path, true, found.facts);
  }
  return found;
}

Position next_position(OpenFile& file, Verdict verdict, const Position& before) {
  const std::uint64_t size = file.facts().size;
  switch (resume(verdict, size, before.offset)) {
    case Resume::kOffset:
      return file.bytes().position_at(before.offset, false);
    case Resume::kEnd:
      return file.bytes().position_at(size, false);
    case Resume::kLineBeforeOffset:
      return file.bytes().last_line_start(before.offset);
    case Resume::kStart:
      break;
  }
  return {};
}

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "input/follow/file_set.h"

namespace routemeter::input {

// Compares an unknown file with one that was read: the facts for claim().
namespace {

// Whether the smaller of two files begins as the larger one and ends as that does there.
Match same_bytes(FileBytes& one, FileBytes& other, std::uint64_t size) {
  const std::string a = one.head();
  const std::string b = other.head();
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(size, kHeadSize));
  if (a.size() < most || b.size() < most) return Match::kNo;
  if (std::string_view(a).substr(0, most) != std::string_view(b).substr(0, most)) return Match::kNo;
  const std::string tail = one.tail(size);
  if (tail != other.tail(size)) return Match::kNo;
  return all_nul(std::string_view(a).substr(0, most)) && all_nul(tail) ? Match::kNul : Match::kYes;
}

Match same_head(std::string_view one, std::string_view other) {
  const std::size_t most = std::min(one.size(), other.size());
  if (most == 0 || one.substr(0, most) != other.substr(0, most)) return Match::kNo;
  return all_nul(one.substr(0, most)) ? Match::kNul : Match::kYes;
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

}  // namespace

Relation FileSet::relate(const Found& found, OpenFile& file, KnownFile& known) {
  Relation relation = compare(found, file, known);
  // copytruncate may truncate between our look at the log and the one at its copy.
  relation.changed = relation.head != Match::kYes && relation.holder == Holder::kActive && known.open &&
                     !known.open->intact();
  relation.unread = file.error() != 0 || (known.open && known.open->error() != 0);
  return relation;
}

Relation FileSet::compare(const Found& found, OpenFile& file, KnownFile& known) {
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

namespace {

using State = KnownFile::State;

bool is_gzip(FileBytes& bytes) {
  std::array<char, 2> magic{};
  return bytes.read_at(0, magic.data(), magic.size()) == 2 && std::memcmp(magic.data(), "\x1f\x8b", 2) == 0;
}

// Empty, or NUL as far as one looks: what comes behind it says which file it is.
bool is_blank(OpenFile& file) {
  // By the size that is known: bytes that have come since are for the next look.
  const std::uint64_t size = file.facts().size;
  return !file.gzip() && (size == 0 || (all_nul(file.bytes().head()) && all_nul(file.bytes().tail(size))));
}

// Of claims that are equal otherwise, the one that explains more.
int rank(Claim claim) {
  switch (claim) {
    case Claim::kTakeOver:
      return 6;
    case Claim::kTakeOverUnsure:
      return 5;
    case Claim::kFork:
      return 4;
    case Claim::kCopy:
      return 3;
    case Claim::kCopyUnsure:
      return 2;
    case Claim::kLater:
      return 1;
    case Claim::kNone:
      break;
  }
  return 0;
}

}  // namespace

void FileSet::resolve(const Found& found, const std::vector<Found>& all) {
  const auto there = [&all](const std::string& path) {
    return std::any_of(all.begin(), all.end(), [&path](const Found& other) { return other.path == path; });
  };
  if (found.compression == Compression::kOther) {
    resolve_closed(found);
    return;
  }
  // A compressor that is at work, or has left the original: that one is read.
  if (found.compression == Compression::kGzip && !found.active &&
      there(std::string(without_compression(found.path)))) {
    return;
  }
  std::unique_ptr<OpenFile> file = open(found, found.compression == Compression::kGzip);
  if (!file) {
    resolve_closed(found);
    return;
  }
  if (!file->gzip() && !found.active && is_gzip(file->bytes())) file = open(found, true);
  if (!file) return;
  KnownFile* holder = nullptr;
  // An empty file may become anything and is held, but is nobody's copy yet.
  const bool blank = is_blank(*file);
  const Claim claim = blank ? Claim::kNone : best_claim(found, *file, holder);
  const std::string& name = found.active ? found.base : found.path;
  if (const int error = file->error(); error != 0) {
    notes_.tell_error(name, "cannot read", error);
    puzzles_.insert(found.source);
    resolve_closed(found);
    return;
  }
  if (claim == Claim::kLater) return;
  notes_.tell(name, {});
  const bool first = scanner_.first_look(found.source);
  KnownFile& entry = registry_.add(found, State::kReading);
  entry.gzip = file->gzip();
  if (claim != Claim::kNone) {
    resolve_claim(entry, found, claim, holder, std::move(file));
    return;
  }
  if (found.baseline) {
    entry.state = State::kFinished;
    if (!entry.gzip) entry.position = file->bytes().last_line_start(found.facts.size);
    return;
  }
  entry.open = std::move(file);
  const bool end = first && found.active && !entry.gzip && (options_.start_at_end || options_.lost_state);
  start(entry, end ? entry.open->bytes().last_line_start(entry.open->facts().size) : Position{});
  if (first && options_.lost_state && found.active && entry.size > 0) ++notes_.stats[Loss::kStateLost];
  entry.at_look.fresh = !found.active && !first;
  entry.undecided = !found.active && blank;
}

// `entry` is a new one for `file`, which repeats what was read of `holder`.
void FileSet::resolve_claim(KnownFile& entry, const Found& found, Claim claim, KnownFile* holder,
                            std::unique_ptr<OpenFile> file) {
  if (claim == Claim::kTakeOverUnsure || claim == Claim::kCopyUnsure || claim == Claim::kFork) {
    ++notes_.stats[Doubt::kIdentity];
  }
  if (claim == Claim::kCopy || claim == Claim::kCopyUnsure) {
    entry.state = State::kCopy;
    entry.copy_of = holder->id;
    return;
  }
  if (claim == Claim::kTakeOverUnsure && !found.active && holder->state != State::kFinished) {
    // A log is copied to be truncated, and goes on.
    notes_.lose(Loss::kGenerationGone, holder->path,
                "is gone; of what came after it was copied nothing is left");
  }
  // An archive that ends where reading ended need not be read up to there again.
  const bool finished = holder->state == State::kFinished && entry.gzip &&
                        file->bytes().text_size() == static_cast<std::uint32_t>(holder->place().offset);
  take_over(entry, *holder, claim == Claim::kFork);
  if (finished) {
    entry.state = State::kFinished;
  } else {
    go_on(entry, std::move(file));
  }
}

// Files that were empty when they came, and are not any more.
void FileSet::settle_undecided() {
  for (const auto& entry : registry_) {
    if (!entry->undecided || !entry->open) continue;
    const bool blank = is_blank(*entry->open);
    if (entry->open->error() != 0) entry->open->hold();
    if (blank || entry->open->error() != 0) continue;
    entry->undecided = false;
    if (entry->active) continue;
    const Found found = as_found(*entry);
    entry->state = State::kCopy;  // no candidate for itself
    KnownFile* holder = nullptr;
    const Claim claim = best_claim(found, *entry->open, holder);
    entry->state = State::kReading;
    entry->undecided = claim == Claim::kLater;
    if (entry->undecided) entry->open->hold();
    if (claim == Claim::kNone || claim == Claim::kLater) continue;
    std::unique_ptr<OpenFile> file = std::move(entry->open);
    resolve_claim(*entry, found, claim, holder, std::move(file));
  }
}

// `entry` goes on where `holder` was. Unless it is a fork, the holder has nothing more to say.
void FileSet::take_over(KnownFile& entry, KnownFile& holder, bool fork) {
  entry.position = holder.place();
  entry.verified = false;
  if (fork) return;
  entry.recovering = holder.cut();
  entry.at_look.was_active = std::exchange(holder.at_look.was_active, false);
  close(holder, State::kFinished);
  holder.state = State::kFinished;
  holder.active = false;
  holder.presence = Presence::kSuperseded;
  // A cut file has one heir.
  if (holder.cut()) registry_.remove(holder);
}

// A file that cannot be read, now or ever. What was there before us is known from now on all the same.
void FileSet::resolve_closed(const Found& found) {
  const bool readable = found.compression != Compression::kOther;
  const bool first = scanner_.first_look(found.source);
  const bool old =
      found.baseline || (first && found.active && (options_.start_at_end || options_.lost_state));
  if (readable && !old) return;  // tried again at the next look
  KnownFile& entry = registry_.add(found, readable && found.active ? State::kReading : State::kFinished);
  entry.gzip = found.compression == Compression::kGzip;
  if (!entry.gzip) entry.position.offset = found.facts.size;
  if (readable || found.baseline) return;
  const std::string plain(without_compression(found.path));
  const bool was_read = std::any_of(registry_.begin(), registry_.end(), [&](const auto& other) {
    return other->state == State::kFinished && (other->gone() || other->unlinked) && other->path == plain;
  });
  if (!was_read && !first) {
    notes_.lose(Loss::kCompressed, found.path, "is compressed in a way that cannot be read here");
  }
}

Claim FileSet::best_claim(const Found& found, OpenFile& file, KnownFile*& holder) {
  Claim best = Claim::kNone;
  std::tuple<bool, std::uint64_t, int> best_yet;
  for (const auto& entry : registry_) {
    const bool foreign = entry->source >= followed_;
    if ((entry->source != found.source && !foreign) || entry->state == State::kCopy) continue;
    if (entry->presence == Presence::kSuperseded) continue;
    const Relation relation = relate(found, file, *entry);
    const Claim claimed = claim(relation);
    if (claimed == Claim::kNone) continue;
    // Of several that it repeats, the one of which most was read.
    const std::tuple<bool, std::uint64_t, int> better(relation.tail == Match::kYes, relation.offset,
                                                      rank(claimed));
    if (holder != nullptr && better <= best_yet) continue;
    best_yet = better;
    best = claimed;
    holder = entry.get();
  }
  return best;
}

}  // namespace routemeter::input

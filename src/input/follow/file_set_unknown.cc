// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <tuple>
#include <utility>

#include "input/follow/file_set.h"

namespace routemeter::input {
namespace {

using State = Entry::State;

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

Entry& FileSet::add(const Found& found, State state) {
  auto entry = std::make_unique<Entry>();
  entry->id = found.facts.id;
  entry->source = found.source;
  entry->path = found.path;
  entry->base = found.base;
  entry->state = state;
  entry->active = found.active;
  entry->number = found.number;
  entry->seen = true;
  entry->size = found.facts.size;
  entry->modified = found.facts.modified;
  entries_.push_back(std::move(entry));
  by_inode_.emplace(found.facts.id.inode, entries_.back().get());
  return *entries_.back();
}

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
  Entry* holder = nullptr;
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
  Entry& entry = add(found, State::kReading);
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
  entry.fresh = !found.active && !first;
  entry.undecided = !found.active && blank;
}

// `entry` is a new one for `file`, which repeats what was read of `holder`.
void FileSet::resolve_claim(Entry& entry, const Found& found, Claim claim, Entry* holder,
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
    // What a log was copied for is to be truncated, and to go on.
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
  for (const auto& entry : entries_) {
    if (!entry->undecided || !entry->open) continue;
    const bool blank = is_blank(*entry->open);
    if (entry->open->error() != 0) entry->open->hold();
    if (blank || entry->open->error() != 0) continue;
    entry->undecided = false;
    if (entry->active) continue;
    const Found found = as_found(*entry);
    entry->state = State::kCopy;  // no candidate for itself
    Entry* holder = nullptr;
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
void FileSet::take_over(Entry& entry, Entry& holder, bool fork) {
  entry.position = holder.place();
  entry.verified = false;
  if (fork) return;
  entry.recovering = holder.cut();
  entry.was_active = std::exchange(holder.was_active, false);
  close(holder, State::kFinished);
  holder.state = State::kFinished;
  holder.gone = true;
  holder.active = false;
  holder.superseded = true;
  // A cut file has one heir.
  if (holder.cut()) std::erase_if(entries_, [&](const auto& each) { return each.get() == &holder; });
}

// A file that cannot be read, now or ever. What was there before us is known from now on all the same.
void FileSet::resolve_closed(const Found& found) {
  const bool readable = found.compression != Compression::kOther;
  const bool first = scanner_.first_look(found.source);
  const bool old =
      found.baseline || (first && found.active && (options_.start_at_end || options_.lost_state));
  if (readable && !old) return;  // tried again at the next look
  Entry& entry = add(found, readable && found.active ? State::kReading : State::kFinished);
  entry.gzip = found.compression == Compression::kGzip;
  if (!entry.gzip) entry.position.offset = found.facts.size;
  if (readable || found.baseline) return;
  const std::string plain(without_compression(found.path));
  const bool was_read = std::any_of(entries_.begin(), entries_.end(), [&](const auto& other) {
    return other->state == State::kFinished && (other->gone || other->unlinked) && other->path == plain;
  });
  if (!was_read && !first) {
    notes_.lose(Loss::kCompressed, found.path, "is compressed in a way that cannot be read here");
  }
}

Claim FileSet::best_claim(const Found& found, OpenFile& file, Entry*& holder) {
  Claim best = Claim::kNone;
  std::tuple<bool, std::uint64_t, int> best_yet;
  for (const auto& entry : entries_) {
    const bool foreign = entry->source >= followed_;
    if ((entry->source != found.source && !foreign) || entry->state == State::kCopy) continue;
    if (entry->superseded) continue;
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

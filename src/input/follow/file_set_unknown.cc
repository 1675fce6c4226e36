// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "input/follow/evidence.h"
#include "input/follow/file_set.h"

namespace routemeter::input {

using State = FileState;

void FileSet::resolve(const Found& found, const std::vector<Found>& all) {
  const bool gzip = found.compression == Compression::kGzip;
  const auto is_plain = [plain = without_compression(found.path)](const Found& other) {
    return other.path == plain;
  };
  // A compressor that is at work, or has left the original: that one is read.
  if (gzip && !found.active && std::any_of(all.begin(), all.end(), is_plain)) return;
  std::unique_ptr<OpenFile> file;
  if (found.compression != Compression::kOther) file = life_.open(found, gzip);
  if (!file) {
    resolve_closed(found);
    return;
  }
  if (!gzip && !found.active && holds_gzip(file->bytes())) file = life_.open(found, true);
  if (!file) return;
  // An empty file may become anything and is held, but is nobody's copy yet.
  const bool blank = is_blank(*file);
  const Inheritance from = blank ? Inheritance{} : best_claim(found, *file);
  if (const int error = file->error(); error != 0) {
    notes_.tell_error(found.name(), "cannot read", error);
    puzzles_.insert(found.source);
    resolve_closed(found);
    return;
  }
  if (from.claim == Claim::kLater) return;
  notes_.tell(found.name(), {});
  KnownFile& entry = registry_.add(found, State::kReading);
  entry.gzip = file->gzip();
  if (from.claim != Claim::kNone) {
    inherit(entry, found, from, std::move(file));
    return;
  }
  const bool first = scanner_.first_look(found.source);
  const FirstRead read = first_read(found.baseline, first, found.active, options_.skip_present());
  if (read == FirstRead::kNothing) {
    entry.state = State::kFinished;
    if (!entry.gzip) entry.position = file->bytes().last_line_start(found.facts.size);
    return;
  }
  entry.open = std::move(file);
  const bool end = read == FirstRead::kFromNow && !entry.gzip;
  life_.start(entry, end ? entry.open->bytes().last_line_start(entry.open->facts().size) : Position{});
  if (first && options_.lost_state && found.active && entry.size > 0) ++notes_.stats[Loss::kStateLost];
  entry.at_look.fresh = !found.active && !first;
  entry.undecided = !found.active && blank;
}

// A file that cannot be read, now or ever. What was there before us is known from now on all the same.
void FileSet::resolve_closed(const Found& found) {
  const bool readable = found.compression != Compression::kOther;
  const bool first = scanner_.first_look(found.source);
  const FirstRead read = first_read(found.baseline, first, found.active, options_.skip_present());
  if (readable && read == FirstRead::kAll) return;  // tried again at the next look
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

FileSet::Inheritance FileSet::best_claim(const Found& found, OpenFile& file) {
  std::vector<KnownFile*> holders;
  std::vector<Relation> relations;
  for (const auto& entry : registry_) {
    const bool foreign = entry->source >= followed_;
    if ((entry->source != found.source && !foreign) || entry->state == State::kCopy) continue;
    if (entry->presence == Presence::kSuperseded) continue;
    holders.push_back(entry.get());
    relations.push_back(relate(found, file, *entry));
  }
  const Choice best = input::best_claim(relations);
  return best.claim == Claim::kNone ? Inheritance{} : Inheritance{best.claim, holders[best.index]};
}

// `entry` is a new one for `file`, which repeats what was read of the holder.
void FileSet::inherit(KnownFile& entry, const Found& found, Inheritance from,
                      std::unique_ptr<OpenFile> file) {
  KnownFile& holder = *from.holder;
  if (is_doubtful(from.claim)) ++notes_.stats[Doubt::kIdentity];
  if (from.claim == Claim::kCopy || from.claim == Claim::kCopyUnsure) {
    entry.state = State::kCopy;
    entry.copy_of = holder.id;
    return;
  }
  if (from.claim == Claim::kTakeOverUnsure && !found.active && holder.state != State::kFinished) {
    // A log is copied to be truncated, and goes on.
    notes_.lose(Loss::kGenerationGone, holder.path,
                "is gone; of what came after it was copied nothing is left");
  }
  // An archive that ends where reading ended need not be read up to there again.
  const bool finished = holder.state == State::kFinished && entry.gzip &&
                        file->bytes().text_size() == static_cast<std::uint32_t>(holder.place().offset);
  life_.take_over(entry, holder, from.claim == Claim::kFork);
  if (finished) {
    entry.state = State::kFinished;
  } else {
    life_.go_on(entry, std::move(file));
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
    const Inheritance from = best_claim(found, *entry->open);
    entry->state = State::kReading;
    entry->undecided = from.claim == Claim::kLater;
    if (entry->undecided) entry->open->hold();
    if (from.claim == Claim::kNone || from.claim == Claim::kLater) continue;
    std::unique_ptr<OpenFile> file = std::move(entry->open);
    inherit(*entry, found, from, std::move(file));
  }
}

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "input/follow/file_set.h"

namespace routemeter::input {

using State = KnownFile::State;

namespace {

// Where reading goes on after a judgement that is not kSame.
Position next_place(OpenFile& file, Verdict verdict, const Position& before) {
  const std::uint64_t size = file.facts().size;
  if (verdict == Verdict::kHole) return file.bytes().position_at(before.offset, false);
  if (verdict != Verdict::kShrunk) return {};
  return size < before.offset ? file.bytes().position_at(size, false)
                              : file.bytes().last_line_start(before.offset);
}

}  // namespace

Found FileSet::as_found(const KnownFile& entry) const {
  Found found;
  if (entry.open) {
    found.facts = entry.open->facts();
  } else {
    look_at(entry.path, true, found.facts);
  }
  found.path = entry.path;
  found.base = entry.base;
  found.source = entry.source;
  found.active = entry.active;
  found.number = entry.number;
  return found;
}

void FileSet::check_open() {
  for (const auto& entry : registry_) {
    if (!entry->open || (entry->trouble && now_ < entry->trouble->try_again)) continue;
    const Judgement judgement = entry->open->check(now_);
    if (const int error = entry->open->error(); error != 0) {
      cannot_read(*entry, error);
      continue;
    }
    // Its position is still the one from before the check.
    if (judgement.verdict != Verdict::kSame) act(*entry, judgement, entry->open->position());
    if (entry->open && entry->open->at_end()) can_read(*entry);
  }
}

// Does what a judgement about the content of an open file asks for. `before`: what was read of it.
void FileSet::act(KnownFile& entry, Judgement judgement, const Position& before) {
  const Position next = next_place(*entry.open, judgement.verdict, before);
  if (entry.open->error() != 0) {
    put_off(entry, before);
    return;
  }
  if (judgement.unsure) ++notes_.stats[Doubt::kIdentity];
  const std::string& path = entry.name();
  switch (judgement.verdict) {
    case Verdict::kSame:
      return;
    case Verdict::kSameSmaller:
      notes_.lose(Loss::kShrunk, path, "has lost bytes at its end that were not read yet");
      return;
    case Verdict::kShrunk:
      notes_.lose(Loss::kShrunk, path,
                  "has lost its end, which was read already; going on where it ends now");
      start(entry, next);
      return;
    case Verdict::kHole:
    case Verdict::kTruncated:
    case Verdict::kRewritten:
      break;
  }
  detach(entry, before);
  if (judgement.verdict == Verdict::kRewritten) {
    notes_.rotated(entry.base, entry.source, Rotation::kRewrite);
    notes_.lose(Loss::kTruncate, path, "has been rewritten, reading it from its start");
  } else {
    notes_.rotated(entry.base, entry.source, Rotation::kTruncate);
    notes_.lose(Loss::kTruncate, path, "has been truncated, reading it from its start");
  }
  entry.recovering = false;
  start(entry, next);
}

// The text that was read up to `before` is no longer in this file: a copy of it takes its place.
void FileSet::detach(KnownFile& entry, const Position& before) {
  KnownFile* heir = nullptr;
  for (const auto& copy : registry_) {
    if (copy->state != State::kCopy || copy->gone() || !same_file(copy->copy_of, entry.id)) continue;
    const bool repeated = repeats(*copy, before);
    if (repeated && heir != nullptr) {
      copy->copy_of = heir->id;
      continue;
    }
    // One that does not repeat it after all is read like any other.
    copy->state = State::kReading;
    copy->copy_of = {};
    if (!repeated) continue;
    heir = copy.get();
    heir->position = before;
    heir->recovering = true;
    heir->verified = false;
  }
  if (heir != nullptr || before.offset == 0) return;
  registry_.add_cut(entry, before, now_);
}

// Whether a copy has what was read of the file that it was made from.
bool FileSet::repeats(const KnownFile& copy, const Position& before) {
  if (before.offset == 0) return true;
  const Found found = as_found(copy);
  // Its name may be another file's by now; where it is shows later in this look, and what it is then.
  if (!same_file(found.facts.id, copy.id)) return true;
  std::unique_ptr<OpenFile> file = open(found, copy.gzip);
  return file == nullptr || file->compare(before).head == Match::kYes || file->error() != 0;
}

void FileSet::match(const std::vector<Found>& found) {
  for (const Found& file : found) {
    if (KnownFile* entry = registry_.find(file.facts.id)) meet(*entry, file);
  }
}

void FileSet::meet(KnownFile& entry, const Found& found) {
  entry.at_look.seen = true;
  entry.presence = Presence::kThere;
  entry.at_look.just_gone = false;
  entry.unlinked = false;
  entry.id = found.facts.id;
  entry.source = found.source;
  entry.path = found.path;
  entry.base = found.base;
  entry.active = found.active;
  entry.number = found.number;
  // The file that is logged to is held open, whatever it was before.
  if (entry.active && entry.state == State::kFinished) entry.state = State::kReading;
  if (entry.trouble) {
    if (now_ >= entry.trouble->try_again) open_anew(entry, found);
  } else if (!entry.open) {
    reopen(entry, found);
  } else if (entry.active) {
    entry.open->unfinish();
    notes_.tell(entry.base, {});
  }
}

// A file that is known and not open is opened when there may be more in it.
void FileSet::reopen(KnownFile& entry, const Found& found) {
  const bool changed = found.facts.size != entry.size || found.facts.modified != entry.modified;
  if (entry.state == State::kCopy) {
    if (changed) review(entry, found);
    return;
  }
  if (entry.state != State::kReading && entry.verified && !changed) return;
  if (entry.gzip && entry.state == State::kFinished && found.facts.size == entry.size) {
    entry.verified = true;
    return;
  }
  if (std::unique_ptr<OpenFile> file = open(found, entry.gzip)) go_on(entry, std::move(file));
}

// Reads on in a file that was just opened, where its content says so.
void FileSet::go_on(KnownFile& entry, std::unique_ptr<OpenFile> file) {
  Position before = entry.position;
  if (before.offset > 0 && before.print.head_size == 0 && !entry.gzip) {
    // It could not be read when its end was taken for the beginning of what is ours.
    before = file->bytes().last_line_start(std::min(before.offset, file->facts().size));
  }
  const Facts facts = file->compare(before);
  if (const int error = file->error(); error != 0) {
    cannot_read(entry, error);
    return;
  }
  if (!entry.trouble) notes_.tell(entry.name(), {});
  entry.position = {};
  entry.size = file->facts().size;
  entry.modified = file->facts().modified;
  entry.verified = true;
  const bool as_before = before.offset == 0 || facts.tail == Match::kYes;
  const bool too_short = !as_before && facts.tail == Match::kShort && facts.head != Match::kNo &&
                         (entry.gzip || entry.recovering);
  if (too_short || (as_before && entry.state == State::kFinished && entry.size == before.offset)) {
    // The copy ends before what was read of the original, or there is nothing new.
    entry.position = too_short && !entry.gzip ? file->bytes().position_at(entry.size, false) : before;
    entry.state = State::kFinished;
    can_read(entry);
    return;
  }
  const bool copy = entry.recovering;
  entry.state = State::kReading;
  entry.open = std::move(file);
  entry.undecided = before.offset == 0 && !entry.active && !copy;
  if (!as_before && (entry.gzip || copy)) {
    // A damaged archive that was replaced, or no copy after all.
    start(entry, {});
    return;
  }
  if (as_before) start(entry, before);
  if (entry.open) act(entry, judge(facts), before);
}

// A copy that has grown may turn out to be none.
void FileSet::review(KnownFile& copy, const Found& found) {
  copy.size = found.facts.size;
  copy.modified = found.facts.modified;
  KnownFile* original = registry_.find(copy.copy_of);
  if (original == nullptr || !original->open) return;
  std::unique_ptr<OpenFile> file = open(found, copy.gzip);
  if (!file || claim(relate(found, *file, *original)) != Claim::kNone) return;
  copy.state = State::kReading;
  copy.copy_of = {};
  copy.open = std::move(file);
  copy.open->start({});
}

// A copy whose original has gone is what is left of it.
void FileSet::settle_copies() {
  for (const auto& copy : registry_) {
    if (copy->state != State::kCopy || copy->gone()) continue;
    KnownFile* original = nullptr;
    for (const auto& entry : registry_) {
      if (same_file(entry->id, copy->copy_of) && (original == nullptr || original->gone()))
        original = entry.get();
    }
    if (original != nullptr && (original->open || !original->gone())) continue;
    copy->copy_of = {};
    copy->verified = false;
    copy->state = State::kFinished;
    copy->position = {};
    if (original == nullptr) {
      copy->position.offset = copy->size;
      copy->verified = true;
      continue;
    }
    copy->state = std::exchange(original->state, State::kFinished);
    copy->position = original->position;
    if (copy->state != State::kFinished) {
      copy->recovering = true;
      // A log is copied to be truncated, and goes on.
      if (!copy->gzip) {
        notes_.lose(Loss::kGenerationGone, original->path,
                    "is gone; of what came after it was copied nothing is left");
      }
    }
    if (copy->at_look.seen) reopen(*copy, as_found(*copy));
  }
}

// Reports files that have gone before they were read to their end.
void FileSet::settle_gone() {
  for (const auto& entry : registry_) {
    if (!entry->at_look.just_gone || entry->cut()) continue;
    const bool unread = entry->state == State::kReading ||
                        (entry->state == State::kParked && entry->size > entry->position.offset);
    if (unread && puzzles_.contains(entry->source)) {
      // It may be in that file: to be asked again at the next look.
      entry->presence = Presence::kThere;
      continue;
    }
    if (unread) {
      notes_.lose(Loss::kGenerationGone, entry->path, "is gone, and may not have been read to its end");
      entry->at_look.lost = true;
    }
    entry->state = State::kFinished;
  }
}

}  // namespace routemeter::input

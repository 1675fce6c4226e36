// SPDX-License-Identifier: Apache-2.0
// Known files and what is in them now: where reading goes on, and which copy stands in for what was lost.
#include <algorithm>
#include <utility>

#include "input/follow/file_lifecycle.h"
#include "util/fmt.h"

namespace routemeter::input {

using State = FileState;

void FileLifecycle::check_open(Clock::time_point now) {
  now_ = now;
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
void FileLifecycle::act(KnownFile& entry, Judgement judgement, const Position& before) {
  const Position next = next_position(*entry.open, judgement.verdict, before);
  if (entry.open->error() != 0) {
    put_off(entry, before);
    return;
  }
  if (judgement.unsure) ++notes_.stats[Doubt::kIdentity];
  const std::string& path = entry.name();
  if (judgement.verdict == Verdict::kSame) return;
  if (judgement.verdict == Verdict::kSameSmaller) {
    notes_.lose(Loss::kShrunk, path, "has lost bytes at its end that were not read yet");
    return;
  }
  if (judgement.verdict == Verdict::kShrunk) {
    notes_.lose(Loss::kShrunk, path, "has lost its end, which was read already; going on where it ends now");
  } else {
    detach(entry, before);
    const bool rewritten = judgement.verdict == Verdict::kRewritten;
    notes_.rotated(entry.base, entry.source, rewritten ? Rotation::kRewrite : Rotation::kTruncate);
    notes_.lose(Loss::kTruncate, path,
                fmt::format("has been {}, reading it from its start", rewritten ? "rewritten" : "truncated"));
    entry.recovering = false;
  }
  start(entry, next);
}

// The text that was read up to `before` is no longer in this file: a copy of it takes its place.
void FileLifecycle::detach(KnownFile& entry, const Position& before) {
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
bool FileLifecycle::repeats(const KnownFile& copy, const Position& before) {
  if (before.offset == 0) return true;
  const Found found = as_found(copy);
  // Its name may be another file's by now; where it is shows later in this look, and what it is then.
  if (!same_file(found.facts.id, copy.id)) return true;
  std::unique_ptr<OpenFile> file = open(found, copy.gzip);
  return file == nullptr || file->compare(before).head == Match::kYes || file->error() != 0;
}

void FileLifecycle::keep(KnownFile& entry, const Found& found) {
  if (entry.trouble) {
    if (now_ < entry.trouble->try_again) return;
    // A stale NFS handle never reads again, a new one of the same file does.
    if (std::unique_ptr<OpenFile> file = open(found, entry.gzip)) {
      close(entry, State::kReading);
      go_on(entry, std::move(file));
    }
  } else if (!entry.open) {
    reopen(entry, found);
  } else if (entry.active) {
    entry.open->unfinish();
    notes_.tell(entry.base, {});
  }
}

void FileLifecycle::reopen(KnownFile& entry, const Found& found) {
  const Met met{entry.state, entry.gzip, entry.verified, found.facts.size != entry.size,
                found.facts.modified != entry.modified};
  switch (reopening(met)) {
    case Reopening::kNo:
      return;
    case Reopening::kReviewCopy:
      review(entry, found);
      return;
    case Reopening::kTrust:
      entry.verified = true;
      return;
    case Reopening::kOpen:
      if (std::unique_ptr<OpenFile> file = open(found, entry.gzip)) go_on(entry, std::move(file));
      return;
  }
}

void FileLifecycle::go_on(KnownFile& entry, std::unique_ptr<OpenFile> file) {
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
  entry.remember(file->facts());
  entry.verified = true;
  const bool ended_there = entry.state == State::kFinished && entry.size == before.offset;
  const GoOn way = input::go_on(facts, ended_there, entry.gzip || entry.recovering);
  if (way == GoOn::kTooShort || way == GoOn::kNothingNew) {
    const bool at_end = way == GoOn::kTooShort && !entry.gzip;
    entry.position = at_end ? file->bytes().position_at(entry.size, false) : before;
    entry.state = State::kFinished;
    can_read(entry);
    return;
  }
  entry.state = State::kReading;
  entry.open = std::move(file);
  entry.undecided = before.offset == 0 && !entry.active && !entry.recovering;
  if (way == GoOn::kAnew) {
    start(entry, {});
    return;
  }
  if (way == GoOn::kAtOffset) start(entry, before);
  if (entry.open) act(entry, judge(facts), before);
}

// A copy that has grown may turn out to be none.
void FileLifecycle::review(KnownFile& copy, const Found& found) {
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

void FileLifecycle::settle_copies() {
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

void FileLifecycle::take_over(KnownFile& entry, KnownFile& holder, bool fork) {
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

}  // namespace routemeter::input

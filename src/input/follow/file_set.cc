// SPDX-License-Identifier: Apache-2.0
#include "input/follow/file_set.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "util/diagnostic.h"

namespace routemeter::input {

FileSet::FileSet(std::vector<std::string> logs, FollowOptions options)
    : options_(std::move(options)),
      logs_(logs),
      followed_(logs.size()),
      scanner_(std::move(logs), options_.rotated_dir),
      life_(registry_, notes_, options_, followed_) {}

// The order matters: what is open is checked before directories are listed, so that the copy which a
// truncation was preceded by is in the list.
void FileSet::look(Clock::time_point now) {
  now_ = now;
  puzzles_.clear();
  registry_.begin_look();
  life_.check_open(now);
  const bool quick = now - full_look_ < options_.rotated_every;
  if (!quick) full_look_ = now;
  std::vector<Found> found = scanner_.look(now, false, quick);
  match(found);
  mark_gone();
  const auto just_gone = [](const auto& entry) { return entry->at_look.just_gone; };
  if (std::any_of(registry_.begin(), registry_.end(), just_gone)) {
    // A listing may miss what is renamed meanwhile.
    found = scanner_.look(now, true);
    match(found);
  }
  life_.settle_copies();
  settle_undecided();
  for (const Found& file : found) {
    if (registry_.find(file.facts.id) == nullptr) resolve(file, found);
  }
  settle_gone();
  count_rotations();
  find_gaps(found);
  tell_obstacles();
  scanner_.settle();
  life_.retire();
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
  entry.be_at(found);
  // The file that is logged to is held open, whatever it was before.
  if (entry.active && entry.state == FileState::kFinished) entry.state = FileState::kReading;
  life_.keep(entry, found);
}

// Files that have no name that we know: held ones go on, others are gone.
void FileSet::mark_gone() {
  for (const auto& entry : registry_) {
    if (entry->at_look.seen || entry->gone() || entry->cut() || entry->source >= followed_) continue;
    Found there{{entry->path, entry->base, entry->source}, {}};
    const auto look_for = [&](const std::string& path, bool follow_links) {
      const int error = look_at(path, follow_links, there.facts);
      return whereabouts(error, same_file(there.facts.id, entry->id));
    };
    if (entry->open) {
      // As long as nobody can say what the logged path is now, it is what it was.
      entry->active = entry->active && look_for(entry->base, true) != Whereabouts::kElsewhere;
      entry->unlinked = entry->open->facts().links == 0;
      continue;
    }
    const Whereabouts where = look_for(entry->path, false);
    if (where == Whereabouts::kThere) meet(*entry, there);
    if (where != Whereabouts::kElsewhere || !scanner_.knows(directory_of(entry->path))) continue;
    entry->presence = Presence::kGone;
    entry->at_look.just_gone = true;
    entry->active = false;
    entry->gone_since = now_;
  }
}

// Reports files that have gone before they were read to their end.
void FileSet::settle_gone() {
  for (const auto& entry : registry_) {
    if (!entry->at_look.just_gone || entry->cut()) continue;
    switch (departure(entry->state, entry->size, entry->position.offset, puzzles_.contains(entry->source))) {
      case Departure::kWait:
        entry->presence = Presence::kThere;
        continue;
      case Departure::kLoss:
        notes_.lose(Loss::kGenerationGone, entry->path, "is gone, and may not have been read to its end");
        entry->at_look.lost = true;
        break;
      case Departure::kDone:
        break;
    }
    entry->state = FileState::kFinished;
  }
}

void FileSet::count_rotations() {
  for (const auto& entry : registry_) {
    if (entry->at_look.fresh) notes_.rotated(entry->base, entry->source, Rotation::kRename);
    if (!entry->at_look.was_active || entry->active || entry->source >= followed_) continue;
    // Under its own name still: what led to it leads elsewhere now.
    FileFacts facts;
    const bool own_name = entry->path == entry->at_look.path_before && entry->path != entry->base &&
                          look_at(entry->path, false, facts) == 0 && same_file(facts.id, entry->id);
    notes_.rotated(entry->base, entry->source, own_name ? Rotation::kSymlink : Rotation::kRename);
    if (entry->open) entry->open->restart_quiet(now_);
  }
}

// Rotations that came and went unseen: the file that was logged to is gone although later ones are there, or
// a number between it and the present one is missing.
void FileSet::find_gaps(const std::vector<Found>& found) {
  std::set<std::string> fresh;
  std::map<std::string, std::set<std::uint32_t>> numbers;
  for (const auto& entry : registry_) {
    if (entry->at_look.fresh) fresh.insert(entry->base);
  }
  for (const Found& file : found) numbers[file.base].insert(file.number);
  for (const auto& entry : registry_) {
    if (!entry->at_look.was_active || entry->active || entry->at_look.lost || entry->source >= followed_)
      continue;
    const KnownFile* rotated = entry->gone() || entry->unlinked ? nullptr : entry.get();
    for (const auto& copy : registry_) {
      if (rotated == nullptr && !copy->gone() && same_file(copy->copy_of, entry->id)) rotated = copy.get();
    }
    const std::uint32_t number = rotated == nullptr ? 0 : rotated->number;
    if (has_gap(rotated != nullptr, number, fresh.contains(entry->base), numbers[entry->base])) {
      notes_.lose(Loss::kGenerationGone, entry->base, "rotated files are gone that were never seen");
    }
  }
}

void FileSet::tell_obstacles() {
  for (const Obstacle& obstacle : scanner_.obstacles()) {
    if (obstacle.error == 0) {
      notes_.tell(obstacle.path, "is not a regular file, waiting for one");
    } else if (obstacle.error == ENOENT || obstacle.error == ENOTDIR) {
      notes_.tell(obstacle.path, util::errno_text(obstacle.error) + ", waiting for the file");
    } else {
      notes_.tell_error(obstacle.path, "cannot read", obstacle.error);
    }
  }
}

}  // namespace routemeter::input

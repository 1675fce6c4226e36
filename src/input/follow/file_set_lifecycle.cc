// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "input/follow/file_set.h"

namespace routemeter::input {

// Files that cannot be read for now: nothing is concluded from what they seem to hold, and nothing is
// skipped.
namespace {

using State = KnownFile::State;

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};

}  // namespace

// A file that cannot be read is left alone for a while, longer each time: a dead disk lets every attempt
// wait.
void FileSet::cannot_read(KnownFile& entry, int error) {
  notes_.tell_error(entry.name(), "cannot read", error);
  if (entry.trouble) {
    entry.trouble->pause = std::min(entry.trouble->pause * 2, kLongestPause);
  } else {
    entry.trouble = ReadTrouble{now_, {}, kFirstPause};
  }
  entry.trouble->try_again = now_ + entry.trouble->pause;
}

void FileSet::can_read(KnownFile& entry) {
  if (!entry.trouble) return;
  entry.trouble.reset();
  notes_.tell(entry.name(), {});
}

// Goes on reading an open file at `position`; where that cannot be done now, it is opened anew later.
void FileSet::start(KnownFile& entry, const Position& position) {
  entry.open->start(position);
  if (entry.open->error() != 0) put_off(entry, position);
}

void FileSet::put_off(KnownFile& entry, const Position& position) {
  const int error = entry.open->error();
  close(entry, State::kReading);
  entry.position = position;
  entry.verified = false;
  cannot_read(entry, error);
}

// A stale NFS handle never reads again, a new one of the same file does.
void FileSet::open_anew(KnownFile& entry, const Found& found) {
  std::unique_ptr<OpenFile> file = open(found, entry.gzip);
  if (!file) return;
  close(entry, State::kReading);
  go_on(entry, std::move(file));
}

// A file without a name that cannot be read is not held for ever; one with a name is opened anew.
void FileSet::give_up(KnownFile& entry) {
  if (entry.at_look.seen || now_ - entry.trouble->since < options_.linger) return;
  notes_.lose(Loss::kGenerationGone, entry.path, "is gone, and could not be read to its end");
  close(entry, State::kFinished);
}

std::unique_ptr<OpenFile> FileSet::open(const Found& found, bool gzip) {
  const std::string& name = found.active ? found.base : found.path;
  if (open_files() >= options_.max_open && !make_room()) {
    notes_.tell_error("log files", "cannot open all at once", EMFILE);
    return nullptr;
  }
  util::Fd fd;
  FileFacts facts;
  int error = open_regular(found.path, found.active, fd, facts);
  if ((error == EMFILE || error == ENFILE) && make_room())
    error = open_regular(found.path, found.active, fd, facts);
  if (error == EMFILE || error == ENFILE) {
    notes_.tell_error("log files", "cannot open all at once", error);
    return nullptr;
  }
  if (error != 0) {
    // ENOENT: it has been renamed since it was listed.
    if (error != ENOENT && error != EAGAIN) notes_.tell_error(name, "cannot open", error);
    return nullptr;
  }
  if (!same_file(facts.id, found.facts.id)) return nullptr;
  return std::make_unique<OpenFile>(std::move(fd), facts, gzip, found.path, now_);
}

// Closes a file that has been read to its end, to open another one; it is opened again when it grows.
bool FileSet::make_room() {
  KnownFile* idle = nullptr;
  for (const auto& entry : registry_) {
    if (!entry->open || entry->unlinked || !entry->open->at_end() || entry->gzip) continue;
    if (idle == nullptr || entry->open->quiet_since() < idle->open->quiet_since()) idle = entry.get();
  }
  if (idle == nullptr) return false;
  close(*idle, State::kParked);
  return true;
}

void FileSet::close(KnownFile& entry, State state) {
  if (!entry.open) return;
  entry.position = entry.open->position();
  entry.size = entry.open->facts().size;
  entry.modified = entry.open->facts().modified;
  entry.state = state;
  entry.open.reset();
  for (Given& given : given_) {
    if (given.entry == &entry) given = {};
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
  std::set<std::pair<std::string, std::uint32_t>> numbers;
  for (const auto& entry : registry_) {
    if (entry->at_look.fresh) fresh.insert(entry->base);
  }
  for (const Found& file : found) numbers.insert({file.base, file.number});
  for (const auto& entry : registry_) {
    if (!entry->at_look.was_active || entry->active || entry->at_look.lost || entry->source >= followed_)
      continue;
    std::uint32_t number = entry->number;
    bool there = !entry->gone() && !entry->unlinked;
    for (const auto& copy : registry_) {
      if (there || copy->gone() || !same_file(copy->copy_of, entry->id)) continue;
      number = copy->number;
      there = true;
    }
    bool gap = !there && fresh.contains(entry->base);
    for (std::uint32_t n = 1; n < number && !gap && there; ++n) {
      gap = !numbers.contains({entry->base, n});
    }
    if (gap) {
      notes_.lose(Loss::kGenerationGone, entry->base, "rotated files are gone that were never seen");
    }
  }
}

// Lets go of files that are not logged to any more: they get their last line out, and are closed after that.
void FileSet::retire() {
  std::map<std::size_t, std::vector<KnownFile*>> lingering;
  for (const auto& entry : registry_) {
    if (!entry->open || entry->active) continue;
    if (entry->trouble) {
      give_up(*entry);
      continue;
    }
    lingering[entry->source].push_back(entry.get());
    OpenFile& file = *entry->open;
    if (!file.at_end()) continue;
    const auto quiet = now_ - file.quiet_since();
    if (entry->gzip || quiet >= options_.linger || (quiet >= kQuiet && has_writer(file.fd()) == false)) {
      file.finish();
    }
  }
  for (auto& [source, files] : lingering) retire_some(std::move(files));
  close_done();
}

// Descriptors are bounded; a file that has a name is found again when it grows.
void FileSet::retire_some(std::vector<KnownFile*> lingering) {
  std::size_t count = lingering.size();
  std::erase_if(lingering, [](const KnownFile* entry) { return !entry->open->at_end(); });
  std::sort(lingering.begin(), lingering.end(), [](const KnownFile* a, const KnownFile* b) {
    return a->open->quiet_since() < b->open->quiet_since();
  });
  for (KnownFile* entry : lingering) {
    if (count <= options_.max_rotated) return;
    --count;
    if (entry->unlinked || !entry->at_look.seen) {
      entry->open->finish();
    } else {
      close(*entry, State::kParked);
    }
  }
}

void FileSet::close_done() {
  for (const auto& entry : registry_) {
    if (entry->open && entry->open->done()) close(*entry, State::kFinished);
  }
}

// A file that has gone is remembered for a while: a compressed copy may come, or the file under its name
// again.
void FileSet::forget() {
  for (const auto& entry : registry_) {
    const bool held = entry->open != nullptr;
    if (held || entry->gone() || entry->at_look.seen || entry->source >= followed_) continue;
    if (entry->unlinked) {
      entry->presence = Presence::kGone;
      entry->gone_since = now_;
    }
  }
  registry_.forget(now_);
}

}  // namespace routemeter::input

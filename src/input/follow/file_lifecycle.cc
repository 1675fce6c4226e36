// SPDX-License-Identifier: Apache-2.0
#include "input/follow/file_lifecycle.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include <sys/resource.h>

namespace routemeter::input {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{5000};

// The process's descriptors are not ours alone: the state, clients and directories need some.
std::size_t open_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 65536;
  const auto most = static_cast<std::size_t>(limit.rlim_cur);
  return std::max<std::size_t>(most < 512 ? most / 2 : most - 256, 1);
}

std::vector<KnownFile*> longest_quiet(const std::vector<KnownFile*>& idle, std::size_t count) {
  std::vector<Clock::time_point> since(idle.size());
  std::transform(idle.begin(), idle.end(), since.begin(),
                 [](const KnownFile* entry) { return entry->open->quiet_since(); });
  std::vector<KnownFile*> out;
  for (const std::size_t i : closed_first(since, count)) out.push_back(idle[i]);
  return out;
}

}  // namespace

FileLifecycle::FileLifecycle(FileRegistry& registry, FollowNotes& notes, const FollowOptions& options,
                             std::size_t sources)
    : registry_(registry),
      notes_(notes),
      options_(options),
      max_open_(options.max_open == 0 ? open_limit() : options.max_open),
      given_(sources) {}

std::unique_ptr<OpenFile> FileLifecycle::open(const Found& found, bool gzip) {
  util::Fd fd;
  FileFacts facts;
  int error = EMFILE;
  if (open_files() < max_open_ || make_room()) error = open_regular(found.path, found.active, fd, facts);
  if ((error == EMFILE || error == ENFILE) && open_files() < max_open_ && make_room()) {
    error = open_regular(found.path, found.active, fd, facts);
  }
  if (error == EMFILE || error == ENFILE) {
    notes_.tell_error("log files", "cannot open all at once", error);
  } else if (error != 0 && error != ENOENT && error != EAGAIN) {
    // ENOENT: it has been renamed since it was listed.
    notes_.tell_error(found.name(), "cannot open", error);
  }
  if (error != 0 || !same_file(facts.id, found.facts.id)) return nullptr;
  return std::make_unique<OpenFile>(std::move(fd), facts, gzip, found.path, now_);
}

// Closes a file that has been read to its end, to open another one; it is opened again when it grows.
bool FileLifecycle::make_room() {
  std::vector<KnownFile*> idle;
  for (const auto& entry : registry_) {
    if (entry->open && !entry->unlinked && !entry->gzip && entry->open->at_end()) idle.push_back(entry.get());
  }
  for (KnownFile* entry : longest_quiet(idle, 1)) close(*entry, FileState::kParked);
  return !idle.empty();
}

void FileLifecycle::close(KnownFile& entry, FileState state) {
  if (!entry.open) return;
  entry.position = entry.open->position();
  entry.remember(entry.open->facts());
  entry.state = state;
  entry.open.reset();
  for (Given& given : given_) {
    if (given.entry == &entry) given = {};
  }
}

// Files that cannot be read for now: nothing is concluded from what they seem to hold, and nothing is
// skipped. Such a file is left alone for a while, longer each time: a dead disk lets every attempt wait.
void FileLifecycle::cannot_read(KnownFile& entry, int error) {
  notes_.tell_error(entry.name(), "cannot read", error);
  if (entry.trouble) {
    entry.trouble->pause = std::min(entry.trouble->pause * 2, kLongestPause);
  } else {
    entry.trouble = ReadTrouble{now_, {}, kFirstPause};
  }
  entry.trouble->try_again = now_ + entry.trouble->pause;
}

void FileLifecycle::can_read(KnownFile& entry) {
  if (!entry.trouble) return;
  entry.trouble.reset();
  notes_.tell(entry.name(), {});
}

void FileLifecycle::start(KnownFile& entry, const Position& position) {
  entry.open->start(position);
  if (entry.open->error() != 0) put_off(entry, position);
}

void FileLifecycle::put_off(KnownFile& entry, const Position& position) {
  const int error = entry.open->error();
  close(entry, FileState::kReading);
  entry.position = position;
  entry.verified = false;
  cannot_read(entry, error);
}

void FileLifecycle::retire() {
  std::map<std::size_t, std::vector<KnownFile*>> lingering;
  for (const auto& entry : registry_) {
    if (!entry->open || entry->active) continue;
    OpenFile& file = *entry->open;
    Lingering facts{file.at_end(), entry->gzip, entry->at_look.seen, now_ - file.quiet_since(), {}};
    if (entry->trouble) {
      facts.failing = now_ - entry->trouble->since;
    } else {
      lingering[entry->source].push_back(entry.get());
    }
    switch (release(facts, options_.linger)) {
      case Release::kKeep:
        break;
      case Release::kFinishUnwritten:
        if (has_writer(file.fd()) != false) break;
        [[fallthrough]];
      case Release::kFinish:
        file.finish();
        break;
      case Release::kGiveUp:
        notes_.lose(Loss::kGenerationGone, entry->path, "is gone, and could not be read to its end");
        close(*entry, FileState::kFinished);
        break;
    }
  }
  for (auto& [source, files] : lingering) close_surplus(std::move(files));
  for (const auto& entry : registry_) {
    if (entry->open && entry->open->done()) close(*entry, FileState::kFinished);
  }
  forget();
  open_.clear();
  for (const auto& entry : registry_) {
    if (entry->open) open_.push_back(entry.get());
  }
}

// Descriptors are bounded; a file that has a name is found again when it grows.
void FileLifecycle::close_surplus(std::vector<KnownFile*> lingering) {
  if (lingering.size() <= options_.max_rotated) return;
  const std::size_t surplus = lingering.size() - options_.max_rotated;
  std::erase_if(lingering, [](const KnownFile* entry) { return !entry->open->at_end(); });
  for (KnownFile* entry : longest_quiet(lingering, surplus)) {
    if (entry->unlinked || !entry->at_look.seen) {
      entry->open->finish();
    } else {
      close(*entry, FileState::kParked);
    }
  }
}

// A file that has gone is remembered for a while: a compressed copy may come, or the file under its name
// again.
void FileLifecycle::forget() {
  for (const auto& entry : registry_) {
    if (entry->open || entry->gone() || entry->at_look.seen || !entry->unlinked) continue;
    if (entry->source >= given_.size()) continue;
    entry->presence = Presence::kGone;
    entry->gone_since = now_;
  }
  registry_.forget(now_);
}

bool FileLifecycle::next(Block& block, std::size_t& source) {
  // Ends after as many drained files in a row as there are.
  for (std::size_t idle = 0; idle < open_.size();) {
    turn_ = (turn_ + 1) % open_.size();
    KnownFile& entry = *open_[turn_];
    if (!entry.open || entry.open->drained()) {
      ++idle;
      continue;
    }
    idle = 0;
    const OpenFile::Outcome outcome = entry.open->read(block);
    if (outcome == OpenFile::Outcome::kError) {
      cannot_read(entry, entry.open->error());
      continue;
    }
    can_read(entry);
    if (std::string why = entry.open->broken(); !why.empty() && !entry.broken) {
      entry.broken = true;
      notes_.lose(Loss::kCompressed, entry.path, why);
    }
    if (outcome == OpenFile::Outcome::kNothing) continue;
    Given& given = given_[entry.source];
    given = {&entry, 0, entry.open->was_torn()};
    if (entry.recovering) {
      given.recovered = static_cast<std::uint64_t>(std::count(block.text.begin(), block.text.end(), '\n'));
    }
    notes_.stats.recovered_lines += given.recovered;
    if (given.torn) ++notes_.stats.unterminated_lines;
    source = entry.source;
    return true;
  }
  return false;
}

void FileLifecycle::unread(std::size_t source) {
  Given& given = given_[source];
  if (given.entry == nullptr) return;
  given.entry->open->unread();
  notes_.stats.recovered_lines -= std::exchange(given.recovered, 0);
  if (std::exchange(given.torn, false)) --notes_.stats.unterminated_lines;
}

std::size_t FileLifecycle::open_files() const {
  return static_cast<std::size_t>(std::count_if(registry_.begin(), registry_.end(),
                                                [](const auto& entry) { return entry->open != nullptr; }));
}

}  // namespace routemeter::input

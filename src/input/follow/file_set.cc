// SPDX-License-Identifier: Apache-2.0
#include "input/follow/file_set.h"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/resource.h>

#include "input/read/block.h"

namespace routemeter::input {
namespace {

// The process's descriptors are not ours alone: the state, clients and directories need some.
std::size_t open_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 65536;
  const auto most = static_cast<std::size_t>(limit.rlim_cur);
  return std::max<std::size_t>(most < 512 ? most / 2 : most - 256, 1);
}

}  // namespace

FileSet::FileSet(std::vector<std::string> logs, FileSetOptions options)
    : options_(std::move(options)),
      logs_(logs),
      followed_(logs.size()),
      scanner_(std::move(logs), options_.rotated_dir),
      given_(followed_) {
  if (options_.max_open == 0) options_.max_open = open_limit();
}

void FileSet::look(Clock::time_point now) {
  now_ = now;
  puzzles_.clear();
  registry_.begin_look();
  check_open();
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
  settle_copies();
  settle_undecided();
  for (const Found& file : found) {
    if (registry_.find(file.facts.id) == nullptr) resolve(file, found);
  }
  settle_gone();
  count_rotations();
  find_gaps(found);
  tell_obstacles();
  scanner_.settle();
  retire();
  forget();
  list_open();
}

// Files that have no name that we know: held ones go on, others are gone.
void FileSet::mark_gone() {
  for (const auto& entry : registry_) {
    if (entry->at_look.seen || entry->gone() || entry->cut() || entry->source >= followed_) continue;
    Found there;
    if (entry->open) {
      // As long as nobody can say what the logged path is now, it is what it was.
      const int error = entry->active ? look_at(entry->base, true, there.facts) : ENOENT;
      const bool still =
          error == 0 ? same_file(there.facts.id, entry->id) : error != ENOENT && error != ENOTDIR;
      entry->active = entry->active && still;
      entry->unlinked = entry->open->facts().links == 0;
      continue;
    }
    const int error = look_at(entry->path, false, there.facts);
    if (error == 0 && same_file(there.facts.id, entry->id)) {
      there.path = entry->path;
      there.base = entry->base;
      there.source = entry->source;
      meet(*entry, there);
      continue;
    }
    const bool unknown = error != 0 && error != ENOENT && error != ENOTDIR;
    if (unknown || !scanner_.knows(directory_of(entry->path))) continue;
    entry->presence = Presence::kGone;
    entry->at_look.just_gone = true;
    entry->active = false;
    entry->gone_since = now_;
  }
}

void FileSet::tell_obstacles() {
  for (const Obstacle& obstacle : scanner_.obstacles()) {
    if (obstacle.error == 0) {
      notes_.tell(obstacle.path, "is not a regular file, waiting for one");
    } else if (obstacle.error == ENOENT || obstacle.error == ENOTDIR) {
      notes_.tell(obstacle.path, std::generic_category().message(obstacle.error) + ", waiting for the file");
    } else {
      notes_.tell_error(obstacle.path, "cannot read", obstacle.error);
    }
  }
}

void FileSet::list_open() {
  open_.clear();
  for (const auto& entry : registry_) {
    if (entry->open) open_.push_back(entry.get());
  }
}

bool FileSet::next(Block& block, std::size_t& source) {
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

void FileSet::unread(std::size_t source) {
  Given& given = given_[source];
  if (given.entry == nullptr) return;
  given.entry->open->unread();
  notes_.stats.recovered_lines -= std::exchange(given.recovered, 0);
  if (std::exchange(given.torn, false)) --notes_.stats.unterminated_lines;
}

std::uint64_t FileSet::lag(std::size_t source) const {
  std::uint64_t sum = 0;
  for (const FileStatus& file : files()) {
    if (file.source == source) sum += file.lag_bytes;
  }
  return sum;
}

std::string FileSet::head(std::size_t source) const {
  const KnownFile* best = nullptr;
  for (const auto& entry : registry_) {
    if (entry->source != source || entry->gone() || entry->cut()) continue;
    if (best == nullptr || (entry->active && !best->active) ||
        (entry->active == best->active && entry->open && !best->open)) {
      best = entry.get();
    }
  }
  if (best == nullptr) return {};
  // A descriptor of its own: a gzip file is read in order.
  util::Fd fd;
  FileFacts facts;
  std::string head(kHeadBytes, '\0');
  if (open_regular(best->path, true, fd, facts) != 0 || !same_file(facts.id, best->id)) {
    if (!best->open || best->gzip) return {};
    const auto n = read_at(best->open->fd(), 0, head.data(), head.size());
    head.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(n, 0)));
    return head;
  }
  if (best->gzip) {
    head.resize(GzipBytes(std::move(fd), best->path).read_at(0, head.data(), head.size()));
    return head;
  }
  const auto n = read_at(fd.get(), next_data(fd.get(), 0, facts.size), head.data(), head.size());
  head.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(n, 0)));
  return head;
}

std::vector<FileStatus> FileSet::files() const {
  std::map<std::string, FileStatus> by_path;
  for (const auto& [path, rotated] : notes_.paths) {
    by_path[path] = {path, rotated.source, 0, 0, rotated.rotations, false};
  }
  for (const auto& entry : registry_) {
    if (entry->gone() || entry->cut() || entry->source >= followed_) continue;
    if (!entry->open &&
        (entry->state == KnownFile::State::kFinished || entry->state == KnownFile::State::kCopy))
      continue;
    const std::string& path = entry->active ? entry->base : entry->path;
    FileStatus& file = by_path[path];
    file.path = path;
    file.source = entry->source;
    if (entry->open) {
      file.open = true;
      file.lag_bytes += entry->open->lag();
      file.pending_partial_bytes += entry->open->partial();
    } else {
      file.lag_bytes += std::max(entry->size, entry->position.offset) - entry->position.offset;
    }
  }
  std::vector<FileStatus> out;
  for (auto& [path, file] : by_path) {
    if (file.source < followed_) out.push_back(std::move(file));
  }
  return out;
}

FollowStats FileSet::stats() const {
  FollowStats stats = notes_.stats;
  stats.open_files = open_files();
  return stats;
}

std::size_t FileSet::open_files() const {
  return static_cast<std::size_t>(std::count_if(registry_.begin(), registry_.end(),
                                                [](const auto& entry) { return entry->open != nullptr; }));
}

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#include "input/look/directory_scanner.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>

namespace routemeter::input {
namespace {

using std::chrono::steady_clock;

// A directory's time moves in ticks of the kernel; a younger one may hide a second change.
constexpr std::int64_t kTick = 50'000'000;
// File systems whose times we cannot trust are read again after this.
constexpr std::chrono::seconds kReadAgain{1};
// A directory with more names is read at most this part of the time.
constexpr std::size_t kLarge = 20'000;
constexpr int kCostShare = 20;

constexpr int kMaxHops = 8;

// Nanoseconds since the epoch.
std::int64_t wall_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// The target of a symbolic link, seen from where we are; empty when `path` is none.
std::string link_target(const std::string& path) {
  std::error_code error;
  const std::string target = std::filesystem::read_symlink(path, error).string();
  return target.empty() || target.front() == '/' ? target : join(directory_of(path), target);
}

std::vector<std::string> expand(const std::string& pattern) {
  if (!is_glob(pattern)) return {pattern};
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

}  // namespace

bool matches(const std::string& pattern, const std::string& name) {
  return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0;
}

bool DirectoryListing::look(const std::vector<NameFilter>& filters, steady_clock::time_point now,
                            bool again) {
  if (filters != filters_) {
    filters_ = filters;
    by_base_.clear();
    globs_.clear();
    for (std::size_t i = 0; i < filters_.size(); ++i) {
      (filters_[i].glob ? globs_ : by_base_[filters_[i].base]).push_back(i);
    }
    settled_ = false;
    again = true;
  }
  if (unchanged(now) && !again) return false;
  const auto before = steady_clock::now();
  read();
  read_at_ = now;
  cost_ = steady_clock::now() - before;
  return true;
}

bool DirectoryListing::unchanged(steady_clock::time_point now) {
  FileFacts facts;
  if (const int error = look_at(directory_, true, facts); error != 0) {
    facts = {};
    settled_ = false;
  }
  const bool same = settled_ && facts.id == id_ && facts.modified == modified_;
  id_ = facts.id;
  modified_ = facts.modified;
  const std::int64_t age = wall_clock(CLOCK_REALTIME_COARSE) - modified_;
  settled_ = age > kTick;
  if (size_ > kLarge && now - read_at_ < cost_ * kCostShare) {
    settled_ = settled_ && same;
    return true;
  }
  return same && now - read_at_ < kReadAgain;
}

void DirectoryListing::read() {
  names_.assign(filters_.size(), {});
  error_ = 0;
  size_ = 0;
  struct Close {
    void operator()(DIR* directory) const { ::closedir(directory); }
  };
  const std::unique_ptr<DIR, Close> directory(::opendir(directory_.c_str()));
  if (!directory) {
    error_ = errno;
    settled_ = false;
    return;
  }
  errno = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): a stream of its own
  while (const dirent* entry = ::readdir(directory.get())) {
    sort_in(entry->d_name);
    ++size_;
  }
  // Names may be missing: nothing is gone because of that.
  error_ = errno;
  if (error_ != 0) settled_ = false;
}

void DirectoryListing::sort_in(const std::string& name) {
  std::vector<std::size_t> bases;  // their sizes
  each_base(name, [&](std::size_t size) {
    bases.push_back(size);
    return false;
  });
  for (const std::size_t size : bases) {
    const auto found = by_base_.find(name.substr(0, size));
    if (found == by_base_.end()) continue;
    for (const std::size_t filter : found->second) names_[filter].push_back(name);
  }
  for (const std::size_t filter : globs_) {
    const std::string& pattern = filters_[filter].base;
    const auto is_base = [&](std::size_t size) { return matches(pattern, name.substr(0, size)); };
    if (matches(pattern, name) || std::any_of(bases.begin(), bases.end(), is_base)) {
      names_[filter].push_back(name);
    }
  }
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string join(const std::string& directory, const std::string& name) {
  if (directory == ".") return name;
  return directory.ends_with('/') ? directory + name : directory + '/' + name;
}

bool is_glob(std::string_view log) { return log.find_first_of("*?[") != std::string_view::npos; }

Scanner::Scanner(std::vector<std::string> logs, std::string rotated_dir)
    : born(logs.size(), 0), logs_(std::move(logs)), rotated_dir_(std::move(rotated_dir)) {}

std::vector<Found> Scanner::look(std::chrono::steady_clock::time_point now, bool again, bool quick) {
  now_.clear();
  quick_ = quick && !again;
  found_.clear();
  obstacles_.clear();
  new_places_.clear();
  for (std::size_t i = 0; i < logs_.size(); ++i) find_places(i);

  std::map<std::string, std::vector<NameFilter>> wanted;
  std::vector<std::size_t> filter_of(now_.size());
  for (std::size_t i = 0; i < now_.size(); ++i) {
    std::vector<NameFilter>& filters = wanted[now_[i].directory];
    filter_of[i] = filters.size();
    filters.push_back(now_[i].filter);
  }
  std::erase_if(listings_, [&](const auto& listing) { return !wanted.contains(listing.first); });
  for (const auto& [directory, filters] : wanted) {
    DirectoryListing& listing = listings_.try_emplace(directory, directory).first->second;
    if (listing.look(filters, now, again)) quick_ = false;
  }
  if (!quick_) rotated_.clear();
  for (std::size_t i = 0; i < now_.size(); ++i) collect(now_[i], filter_of[i]);
  for (std::size_t i = 0; i < logs_.size(); ++i) {
    const auto of_source = [i](const auto& each) { return each.source == i; };
    if (is_glob(logs_[i]) && std::none_of(found_.begin(), found_.end(), of_source) &&
        std::none_of(obstacles_.begin(), obstacles_.end(), of_source)) {
      obstacles_.push_back({i, logs_[i], ENOENT});
    }
  }

  // One file, several names: the logged path counts, then the first.
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Found& a, const Found& b) { return a.active && !b.active; });
  std::set<std::pair<std::uint64_t, std::uint64_t>> ids;
  std::erase_if(found_, [&ids](const Found& found) {
    return !ids.insert({found.facts.id.device, found.facts.id.inode}).second;
  });
  return std::move(found_);
}

void Scanner::settle() {
  places.insert(new_places_.begin(), new_places_.end());
  new_places_.clear();
  for (std::int64_t& time : born) {
    if (time == 0) time = wall_clock(CLOCK_REALTIME);
  }
}

void Scanner::add_rotated_place(Place place) {
  if (rotated_dir_.empty()) return;
  place.directory = rotated_dir_.front() == '/' ? rotated_dir_ : join(place.directory, rotated_dir_);
  place.only_rotated = true;
  now_.push_back(std::move(place));
}

void Scanner::find_places(std::size_t source) {
  const std::string& log = logs_[source];
  if (is_glob(log)) {
    for (const std::string& directory : expand(directory_of(log))) {
      find_glob_places(source, directory, name_of(log));
    }
    return;
  }
  std::string path = log;
  bool by_link = false;
  Found file;
  int error = look_at(log, false, file.facts);
  const bool plain = error == 0 && file.facts.regular;
  for (int hop = 0; hop < kMaxHops; ++hop) {
    now_.push_back({source, directory_of(path), {name_of(path), false}, log, by_link});
    const std::string target = plain ? std::string() : link_target(path);
    if (target.empty()) break;
    by_link = true;
    path = target;
  }
  add_rotated_place({source, directory_of(log), {name_of(log), false}, log});
  if (!plain) error = look_at(log, true, file.facts);
  if (error != 0 || !file.facts.regular) {
    obstacles_.push_back({source, log, error});
    return;
  }
  file.be_at({path, log, source, true});
  file.compression = compression_of(path);
  found_.push_back(std::move(file));
}

void Scanner::find_glob_places(std::size_t source, const std::string& directory, const std::string& pattern) {
  now_.push_back({source, directory, {pattern, is_glob(pattern)}, join(directory, pattern)});
  add_rotated_place(now_.back());
  if (is_glob(pattern)) return;
  // "*/access.log": a plain name in a directory that a pattern gave.
  const std::string path = join(directory, pattern);
  Found file{{path, path, source, true}, {}};
  if (look_at(path, true, file.facts) == 0 && file.facts.regular) found_.push_back(std::move(file));
}

void Scanner::collect(const Place& place, std::size_t filter) {
  const DirectoryListing& listing = listings_.at(place.directory);
  if (listing.error() != 0) {
    if (place.filter.glob) obstacles_.push_back({place.source, place.base, listing.error()});
    return;
  }
  std::string name_of_place = join(place.directory, place.filter.base);
  const bool fresh = !places.contains(name_of_place);
  if (fresh) new_places_.push_back(std::move(name_of_place));
  for (const std::string& name : listing.names(filter)) {
    if (place.filter.glob) {
      add_glob_file(place, name, listing.names(filter), fresh);
    } else {
      add_file(place, name, false, fresh);
    }
  }
}

void Scanner::add_file(const Place& place, const std::string& name, bool active, bool fresh) {
  const std::string& base = place.filter.glob ? place.base : place.filter.base;
  Found file{{join(place.directory, name), place.base, place.source, active}, {}};
  const auto known = quick_ && !active ? rotated_.find(file.path) : rotated_.end();
  if (known != rotated_.end()) {
    file.facts = known->second;
  } else {
    if (look_at(file.path, active, file.facts) != 0 || !file.facts.regular) return;
    if (!active) rotated_.emplace(file.path, file.facts);
  }
  // A directory that came later may hold rotations of what was logged since we began.
  const std::int64_t began = born[place.source];
  file.baseline = fresh && !active && (began == 0 || place.by_link || file.facts.modified < began);
  file.compression = compression_of(name);
  file.number = rotation_of(name_of(base), name).number;
  found_.push_back(std::move(file));
}

void Scanner::add_glob_file(const Place& place, const std::string& name,
                            const std::vector<std::string>& names, bool fresh) {
  const std::string& pattern = place.filter.base;
  // A rotation of a file that the pattern means too, however many names the pattern takes in.
  std::size_t base_size = 0;
  const bool wanted = matches(pattern, name);
  each_base(name, [&](std::size_t size) {
    const std::string base = name.substr(0, size);
    if (!matches(pattern, base)) return false;
    // At first, a name like a rotation without what it is a rotation of may be all that is logged to.
    if (fresh && wanted && std::find(names.begin(), names.end(), base) == names.end()) return false;
    base_size = size;
    return true;
  });
  const bool compressed = compression_of(name) != Compression::kNone;
  const bool active = base_size == 0 && wanted && !compressed && !place.only_rotated;
  Place here = place;
  here.base = join(directory_of(place.base), active || base_size == 0 ? name : name.substr(0, base_size));
  add_file(here, name, active, fresh);
}

std::vector<std::string> Scanner::directories() const {
  std::vector<std::string> out;
  for (const auto& [directory, listing] : listings_) out.push_back(directory);
  return out;
}

bool Scanner::knows(const std::string& directory) const {
  const auto found = listings_.find(directory);
  if (found == listings_.end()) return true;
  const int error = found->second.error();
  return error == 0 || error == ENOENT || error == ENOTDIR;
}

}  // namespace routemeter::input

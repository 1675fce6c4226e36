// SPDX-License-Identifier: Apache-2.0
#include "input/look/directory_listing.h"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <memory>

#include <dirent.h>
#include <fnmatch.h>

#include "input/look/rotation_name.h"
#include "input/read/file_probe.h"

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

std::int64_t wall_clock() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
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
    base_sizes_.clear();
    globs_.clear();
    for (std::size_t i = 0; i < filters_.size(); ++i) {
      if (filters_[i].glob) {
        globs_.push_back(i);
        continue;
      }
      by_base_[filters_[i].base].push_back(i);
      base_sizes_.push_back(filters_[i].base.size());
    }
    std::sort(base_sizes_.begin(), base_sizes_.end());
    base_sizes_.erase(std::unique(base_sizes_.begin(), base_sizes_.end()), base_sizes_.end());
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
  const std::int64_t age = wall_clock() - modified_;
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

void DirectoryListing::sort_in(const char* name) {
  const std::string_view view = name;
  for (const std::size_t size : base_sizes_) {
    if (size >= view.size()) break;
    if (view[size] != '.' && view[size] != '-' && view[size] != '_') continue;
    const auto found = by_base_.find(std::string(view.substr(0, size)));
    if (found == by_base_.end() || !rotation_of(found->first, view).rotated) continue;
    for (const std::size_t filter : found->second) names_[filter].emplace_back(view);
  }
  for (const std::size_t filter : globs_) {
    const std::string& pattern = filters_[filter].base;
    bool wanted = matches(pattern, std::string(view));
    if (!wanted) {
      each_base(view, [&](std::size_t size) {
        wanted = matches(pattern, std::string(view.substr(0, size)));
        return wanted;
      });
    }
    if (wanted) names_[filter].emplace_back(view);
  }
}

}  // namespace routemeter::input

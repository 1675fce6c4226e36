// SPDX-License-Identifier: Apache-2.0
#include "input/directory_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <system_error>
#include <utility>

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace routemeter::input {
namespace {

constexpr std::uint32_t kEvents = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MODIFY |
                                  IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

bool is_link(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

// The path with all links followed; empty when it leads nowhere.
std::string target_of(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> target(::realpath(path.c_str(), nullptr), &std::free);
  return target ? target.get() : std::string();
}

}  // namespace

DirectoryWatch::DirectoryWatch() : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!inotify_) problem_ = "inotify is not available: " + std::generic_category().message(errno);
}

void DirectoryWatch::refresh(const std::vector<std::string>& paths) {
  if (!inotify_) return;
  problem_.clear();
  alignas(inotify_event) std::array<char, 16384> events;
  // Bounded: what busy neighbours in the directory add meanwhile is left for the next time.
  for (int i = 0; i < 64 && ::read(fd(), events.data(), events.size()) > 0; ++i) {
  }
  std::vector<int> watches;
  for (const std::string& path : paths) {
    watch(directory_of(path), watches);
    if (!is_link(path)) continue;
    if (const std::string target = target_of(path); !target.empty()) watch(directory_of(target), watches);
  }
  // A directory that was replaced or that a link left.
  for (const int old : watches_) {
    if (std::find(watches.begin(), watches.end(), old) == watches.end()) ::inotify_rm_watch(fd(), old);
  }
  watches_ = std::move(watches);
}

void DirectoryWatch::watch(const std::string& directory, std::vector<int>& watches) {
  // The same directory gives the same number again, a new one under the old name another.
  const int watch = ::inotify_add_watch(fd(), directory.c_str(), kEvents);
  if (watch >= 0) {
    watches.push_back(watch);
  } else if (errno != ENOENT && errno != ENOTDIR) {
    problem_ = "cannot watch " + directory + ": " + std::generic_category().message(errno);
  }
}

}  // namespace routemeter::input

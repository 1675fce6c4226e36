// SPDX-License-Identifier: Apache-2.0
#include "input/look/directory_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

namespace routemeter::input {
namespace {

constexpr std::uint32_t kEvents = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MODIFY |
                                  IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

DirectoryWatch::DirectoryWatch(bool wanted) {
  if (!wanted) return;
  inotify_ = util::Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!inotify_) problem_ = "inotify is not available: " + std::generic_category().message(errno);
}

void DirectoryWatch::refresh(const std::vector<std::string>& directories) {
  if (!inotify_) return;
  problem_.clear();
  forget();
  std::vector<int> watches;
  for (const std::string& directory : directories) watch(directory, watches);
  // A directory that was replaced or that a link left.
  std::sort(watches.begin(), watches.end());
  for (const int old : watches_) {
    if (!std::binary_search(watches.begin(), watches.end(), old)) ::inotify_rm_watch(fd(), old);
  }
  watches_ = std::move(watches);
}

void DirectoryWatch::forget() {
  alignas(inotify_event) std::array<char, 65536> events;
  // Bounded: what busy neighbours in the directory add meanwhile is left for the next time.
  for (int i = 0; i < 64; ++i) {
    const ssize_t size = ::read(fd(), events.data(), events.size());
    if (size <= 0) return;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, events.data() + at, sizeof event);
      if ((event.mask & IN_Q_OVERFLOW) != 0) ++overflows_;
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
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

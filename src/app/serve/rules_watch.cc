// SPDX-License-Identifier: Apache-2.0
#include "app/serve/rules_watch.h"

#include <sys/stat.h>

namespace routemeter::app {
namespace {

constexpr auto kSettleTime = std::chrono::seconds(1);

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

RulesWatch::RulesWatch(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    const std::optional<Version> now = look_at(path);
    files_.push_back({path, now, now, {}});
  }
}

bool RulesWatch::changed(Clock::time_point now) {
  bool any = false;
  bool all_settled = true;
  for (Watched& file : files_) {
    const std::optional<Version> current = look_at(file.path);
    if (!current) {
      file.seen = file.known;  // a file that comes back is new again
      continue;
    }
    if (current != file.seen) {
      file.seen = current;
      file.since = now;
    }
    if (file.seen == file.known) continue;
    any = true;
    all_settled = all_settled && is_settled(file, now);
  }
  if (!any || !all_settled) return false;
  for (Watched& file : files_) file.known = file.seen;
  return true;
}

std::optional<RulesWatch::Version> RulesWatch::look_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  Version out;
  out.device = status.st_dev;
  out.inode = status.st_ino;
  out.size = static_cast<std::uint64_t>(status.st_size);
  out.modified_ns = nanoseconds(status.st_mtim);
  out.changed_later = nanoseconds(status.st_ctim) != out.modified_ns;
  return out;
}

// Writing sets both times to the same; only what comes after it (rename, chmod, utimes) sets the change time
// alone. So another file with content and such a time was complete when it got its name. Where the clock's
// tick hides the difference, it waits its second.
bool RulesWatch::is_settled(const Watched& file, Clock::time_point now) {
  const Version& seen = *file.seen;
  const bool renamed = (!file.known || !seen.is_file(*file.known)) && seen.size > 0 && seen.changed_later;
  return renamed || now - file.since >= kSettleTime;
}

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#include "input/file_probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <vector>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "input/limits.h"

namespace routemeter::input {
namespace {

std::int64_t nanoseconds(const statx_timestamp& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

int look(int directory, const char* path, int flags, FileFacts& out) {
  struct statx status {};
  if (::statx(directory, path, flags | AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS | STATX_BTIME, &status) !=
      0) {
    return errno;
  }
  out.id.device = makedev(status.stx_dev_major, status.stx_dev_minor);
  out.id.inode = status.stx_ino;
  out.id.birth = (status.stx_mask & STATX_BTIME) != 0 ? nanoseconds(status.stx_btime) : 0;
  out.size = status.stx_size;
  out.links = status.stx_nlink;
  out.modified = nanoseconds(status.stx_mtime);
  out.changed = nanoseconds(status.stx_ctime);
  out.regular = S_ISREG(status.stx_mode);
  return 0;
}

}  // namespace

int look_at(const std::string& path, bool follow_links, FileFacts& out) {
  return look(AT_FDCWD, path.c_str(), follow_links ? 0 : AT_SYMLINK_NOFOLLOW, out);
}

int look_at(int fd, FileFacts& out) { return look(fd, "", AT_EMPTY_PATH, out); }

int open_regular(const std::string& path, bool follow_links, util::Fd& fd, FileFacts& out) {
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow_links ? 0 : O_NOFOLLOW);
  util::Fd opened(::open(path.c_str(), flags));
  if (!opened) return errno;
  if (const int error = look_at(opened.get(), out); error != 0) return error;
  if (!out.regular) return EAGAIN;
  fd = std::move(opened);
  return 0;
}

std::ptrdiff_t read_at(int fd, std::uint64_t offset, char* data, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, data + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return static_cast<std::ptrdiff_t>(done);
}

std::string read_head(int fd) {
  std::string head(kHeadSize, '\0');
  head.resize(
      static_cast<std::size_t>(std::max<std::ptrdiff_t>(read_at(fd, 0, head.data(), head.size()), 0)));
  return head;
}

std::string read_tail(int fd, std::uint64_t offset) {
  std::string tail(static_cast<std::size_t>(std::min<std::uint64_t>(offset, kTailSize)), '\0');
  const auto n = read_at(fd, offset - tail.size(), tail.data(), tail.size());
  tail.resize(static_cast<std::size_t>(std::max<std::ptrdiff_t>(n, 0)));
  return tail;
}

Position position_at(int fd, std::uint64_t offset, bool skipping) {
  std::string head = read_head(fd);
  if (head.size() > offset) head.resize(static_cast<std::size_t>(offset));
  return {offset, skipping, fingerprint(head, read_tail(fd, offset))};
}

Position last_line_start(int fd, std::uint64_t end) {
  const std::uint64_t from = end - std::min<std::uint64_t>(end, kMaxLine + 1);
  std::vector<char> bytes(static_cast<std::size_t>(end - from));
  const auto n = read_at(fd, from, bytes.data(), bytes.size());
  if (n <= 0) return position_at(fd, end, false);
  const std::string_view text(bytes.data(), static_cast<std::size_t>(n));
  const std::size_t newline = text.rfind('\n');
  if (newline != std::string_view::npos) return position_at(fd, from + newline + 1, false);
  return from == 0 ? Position{} : position_at(fd, end, true);
}

std::uint64_t next_data(int fd, std::uint64_t offset, std::uint64_t end) {
  const off_t data = ::lseek(fd, static_cast<off_t>(offset), SEEK_DATA);
  if (data < 0) return errno == ENXIO ? end : offset;
  return std::min(end, static_cast<std::uint64_t>(data));
}

std::optional<bool> has_writer(int fd) {
  // A lease that is broken in the moment we have it sends a signal: one that is ignored by default.
  ::fcntl(fd, F_SETSIG, SIGURG);
  if (::fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(fd, F_SETLEASE, F_UNLCK);
    return false;
  }
  if (errno == EAGAIN) return true;
  return std::nullopt;
}

bool metadata_change(int fd) {
  struct statfs system {};
  return ::fstatfs(fd, &system) == 0 && system.f_type == OVERLAYFS_SUPER_MAGIC;
}

}  // namespace routemeter::input

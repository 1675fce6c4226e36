// SPDX-License-Identifier: Apache-2.0
#include "input/read/file_probe.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace routemeter::input {

bool same_file(const FileId& a, const FileId& b) {
  if (a.inode == 0 || a.inode != b.inode) return false;
  if (a.device != 0 && b.device != 0 && a.device != b.device) return false;
  return a.birth == 0 || b.birth == 0 || a.birth == b.birth;
}

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
  util::Fd opened;
  do {
    opened = util::Fd(::open(path.c_str(), flags));
  } while (!opened && errno == EINTR);
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

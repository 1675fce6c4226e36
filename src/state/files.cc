// SPDX-License-Identifier: Apache-2.0
#include "state/files.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/fmt.h"

namespace routemeter::state {
namespace {

constexpr const char* kLock = "lock";
constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;
constexpr std::size_t kBlock = 64 << 10;

// A system call failed just now: `what` it was to do.
Failure failed(const std::string& what, std::string hint = "") {
  const int error = errno;
  return {error, fmt::format("cannot {}: {}", what, std::generic_category().message(error)), std::move(hint)};
}

// `what` is how a message begins: "the state directory", "the state file `state`".
Failure check_ours(const struct stat& is, const std::string& what) {
  if (is.st_uid != ::geteuid()) {
    return {EPERM, fmt::format("{} belongs to user {}, and we are user {}", what, is.st_uid, ::geteuid()),
            "run as that user, or name another --state-dir"};
  }
  if ((is.st_mode & kOthersMayWrite) != 0) {
    return {EPERM, fmt::format("{} may be written by others (mode {:04o})", what, is.st_mode & 07777U),
            "look at what is in it, then `chmod go-w`"};
  }
  return {};
}

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// The name of the directory itself, without the slashes that would make lstat() follow a symlink.
std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

void sync_parent(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const util::Fd dir(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir) ::fsync(dir.get());
}

// The process that a lock file names, 0 = none that could be.
int holder_of(int lock) {
  std::array<char, 16> text{};
  const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
  if (size <= 0) return 0;
  int pid = 0;
  std::from_chars(text.data(), text.data() + size, pid);
  return pid;
}

}  // namespace

bool is_of_the_disk(int error) {
  return error == ENOSPC || error == EDQUOT || error == EROFS || error == EIO;
}

Failure open_dir(const std::string& given, util::Fd& dir) {
  const std::string path = without_slashes(given);
  if (::mkdir(path.c_str(), 0700) == 0) {
    sync_parent(path);
  } else if (errno != EEXIST) {
    return failed("make the state directory",
                  errno == ENOENT ? "make the directory that it shall be in" : "");
  }
  struct stat link {};
  if (::lstat(path.c_str(), &link) == 0 && S_ISLNK(link.st_mode) && link.st_uid != 0 &&
      link.st_uid != ::geteuid()) {
    return {EPERM, fmt::format("the state directory is a symlink of user {}", link.st_uid),
            "name the directory itself"};
  }
  util::Fd opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat is {};
  if (!opened || ::fstat(opened.get(), &is) != 0) return failed("open the state directory");
  if (Failure failure = check_ours(is, "the state directory")) return failure;
  dir = std::move(opened);
  return {};
}

Failure lock_dir(int dir, util::Fd& lock) {
  util::Fd opened(::openat(dir, kLock, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  struct stat is {};
  if (!opened || ::fstat(opened.get(), &is) != 0) return failed("open the lock of the state directory");
  if (!S_ISREG(is.st_mode)) return {EPERM, "the lock of the state directory is no regular file", "remove it"};
  if (Failure failure = check_ours(is, "the lock of the state directory")) return failure;
  if (::flock(opened.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed("lock the state directory");
    const int pid = holder_of(opened.get());
    return {EWOULDBLOCK,
            fmt::format("{} is using this state directory",
                        pid > 0 ? fmt::format("process {}", pid) : "another process"),
            "stop it, or give each process its own --state-dir"};
  }
  // Always as wide, so that a full disk can take the next process's id in place of ours. Without it the lock
  // holds as well.
  write_at(opened.get(), fmt::format("{:<10}\n", ::getpid()), 0);
  lock = std::move(opened);
  return {};
}

bool is_in_place(const std::string& path, int dir, int lock) {
  struct stat opened {};
  struct stat there {};
  if (::fstat(dir, &opened) != 0 || ::stat(path.c_str(), &there) != 0 || !same_file(opened, there))
    return false;
  return ::fstat(lock, &opened) == 0 && ::fstatat(dir, kLock, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         same_file(opened, there);
}

Failure open_for_reading(int dir, const char* name, util::Fd& file) {
  const std::string what = fmt::format("the state file `{}`", name);
  // NONBLOCK: a FIFO must not hold us up.
  util::Fd opened(::openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat is {};
  if (!opened || ::fstat(opened.get(), &is) != 0) {
    if (errno == ELOOP) return {ELOOP, what + " is a symlink", "remove it, or name another --state-dir"};
    return failed("open " + what);
  }
  if (!S_ISREG(is.st_mode))
    return {EPERM, what + " is no regular file", "remove it, or name another --state-dir"};
  if (Failure failure = check_ours(is, what)) return failure;
  file = std::move(opened);
  return {};
}

int open_spare(int dir, const char* name, util::Fd& file) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  util::Fd opened(::openat(dir, name, kFlags, 0600));
  if (!opened && errno != ELOOP && errno != ENXIO) return errno;
  struct stat is {};
  // A second name means that a crash left it between two names, and one of them may be the state itself.
  if (!opened || ::fstat(opened.get(), &is) != 0 || !S_ISREG(is.st_mode) || check_ours(is, "") ||
      is.st_nlink != 1) {
    if (::unlinkat(dir, name, 0) != 0) return errno;
    opened = util::Fd(::openat(dir, name, kFlags | O_EXCL, 0600));
    if (!opened) return errno;
  }
  file = std::move(opened);
  return 0;
}

int reserve(int file, std::size_t size) {
  struct stat is {};
  if (::fstat(file, &is) != 0) return errno;
  if (static_cast<std::size_t>(is.st_size) >= size) return 0;
  int error = 0;
  for (const std::size_t wanted : {(size * 2 + kBlock - 1) / kBlock * kBlock, size}) {
    do {
      error = ::posix_fallocate(file, 0, static_cast<off_t>(wanted));
    } while (error == EINTR);
    if (error == 0) break;
  }
  return error;
}

int write_at(int file, std::string_view bytes, std::size_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written == 0 ? EIO : errno;
    offset += static_cast<std::size_t>(written);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int read_up_to(int file, std::size_t size, std::string& bytes) {
  bytes.resize(size);
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::pread(file, bytes.data() + have, size - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return 0;
}

}  // namespace routemeter::state

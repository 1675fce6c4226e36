// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "util/fd.h"

// Opening what a state directory holds, without trusting that it is ours.

namespace routemeter::state {

/// Why something could not be opened; error 0 = it was.
struct Failure {
  int error = 0;
  std::string message;
  std::string hint;
  explicit operator bool() const { return error != 0; }
};

/// Whether a directory may do well later as it is: a full or read-only disk, or one that fails. Counting goes
/// on.
bool is_of_the_disk(int error);

/// Opens the directory, which is made with mode 0700 when it is missing. It must be ours, with nobody else
/// allowed to write; a symlink must be ours or root's (systemd makes one for DynamicUser).
Failure open_dir(const std::string& path, util::Fd& dir);

/// Takes the lock and leaves our process id in it. It lasts as long as `lock`.
Failure lock_dir(int dir, util::Fd& lock);
/// Whether path and lock still lead to what was opened: somebody may have moved or removed them.
bool is_in_place(const std::string& path, int dir, int lock);

/// Opens a file to read. ENOENT: there is none. Anything but a regular file of ours that nobody else may
/// write is refused, a symlink too.
Failure open_for_reading(int dir, const char* name, util::Fd& file);
/// Opens a file to overwrite. What is not an ordinary file of ours is replaced by a new one. Returns 0 or
/// errno.
int open_spare(int dir, const char* name, util::Fd& file);

/// Makes sure that writing `size` bytes needs no more space from the disk, twice that if there is room, so
/// that a growing state rarely asks. Returns 0 or errno.
int reserve(int file, std::size_t size);
/// All of it, at that place. Returns 0 or errno.
int write_at(int file, std::string_view bytes, std::size_t offset);
/// At most `size` bytes from the beginning. Returns 0 or errno.
int read_up_to(int file, std::size_t size, std::string& bytes);

}  // namespace routemeter::state

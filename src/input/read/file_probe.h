// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "util/fd.h"

namespace routemeter::input {

/// The identity of a file, by what the file system says. Inode numbers are reused at once (ext4), birth
/// times are not; device numbers change when a file system is mounted again (tests/RELIABILITY.md).
struct FileId {
  std::uint64_t device = 0;  ///< 0 = not known in this run
  std::uint64_t inode = 0;   ///< 0 = no file
  std::int64_t birth = 0;    ///< nanoseconds since the epoch; 0 = the file system keeps none
  bool operator==(const FileId&) const = default;
};

/// Whether both are one file as far as metadata tell.
bool same_file(const FileId& a, const FileId& b);

/// The answer of statx about a file.
struct FileFacts {
  FileId id;
  std::uint64_t size = 0;
  std::uint32_t links = 0;
  std::int64_t modified = 0;  ///< nanoseconds since the epoch
  bool regular = false;
};

/// Of a path (links followed or not), or of a descriptor. 0, or the errno.
int look_at(const std::string& path, bool follow_links, FileFacts& out);
int look_at(int fd, FileFacts& out);

/// Opens a file that look_at() has said to be regular, without ever waiting. `out.id` of what was opened;
/// an error (errno) also when it is no regular file any more (EAGAIN).
int open_regular(const std::string& path, bool follow_links, util::Fd& fd, FileFacts& out);

/// Up to `size` bytes at `offset`, as many as there are: -1 and errno, or their number.
std::ptrdiff_t read_at(int fd, std::uint64_t offset, char* data, std::size_t size);

/// Where data begin at or after `offset`: behind the hole that `offset` lies in, or `offset`, or `end`.
std::uint64_t next_data(int fd, std::uint64_t offset, std::uint64_t end);

/// Whether some process has the file open for writing; nothing when the kernel does not tell us.
std::optional<bool> has_writer(int fd);

/// Whether content decides what metadata cannot: overlayfs gives a file that is copied up a new birth time.
bool metadata_change(int fd);

}  // namespace routemeter::input

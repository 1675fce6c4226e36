// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <string_view>

namespace routemeter::cli {

/// Writes log records to a descriptor without ever waiting for its reader: a full pipe, or a terminal stopped
/// with ctrl-S, must not stop the counting. The descriptor stays blocking, since others may share it. For any
/// thread. Does not own the descriptor.
class RecordWriter {
 public:
  explicit RecordWriter(int fd) : fd_(fd) {}

  /// `record` with its newline. False: there was no room, and it is dropped, wholly or from the middle on.
  bool write(std::string_view record);

 private:
  std::size_t put(std::string_view text) const;

  std::mutex mutex_;
  const int fd_;
  bool torn_ = false;  // the last record has no end
};

}  // namespace routemeter::cli

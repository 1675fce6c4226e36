// SPDX-License-Identifier: Apache-2.0
#include "cli/record_writer.h"

#include <climits>

#include <poll.h>
#include <unistd.h>

namespace routemeter::cli {

// What was written of the beginning; 0 when there is no room, or nobody to read. A pipe that poll() calls
// writable takes PIPE_BUF bytes at once (pipe(7)); a file takes everything.
std::size_t RecordWriter::put(std::string_view text) const {
  pollfd out{fd_, POLLOUT, 0};
  if (::poll(&out, 1, 0) != 1 || (out.revents & POLLOUT) == 0) return 0;
  const ssize_t written = ::write(fd_, text.data(), text.size() < PIPE_BUF ? text.size() : PIPE_BUF);
  return written > 0 ? static_cast<std::size_t>(written) : 0;
}

bool RecordWriter::write(std::string_view record) {
  const std::lock_guard lock(mutex_);
  if (torn_ && put("\n") == 0) return false;
  torn_ = false;
  while (!record.empty()) {
    const std::size_t written = put(record);
    if (written == 0) return false;
    record.remove_prefix(written);
    torn_ = !record.empty();
  }
  return true;
}

}  // namespace routemeter::cli

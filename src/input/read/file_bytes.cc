// SPDX-License-Identifier: Apache-2.0
#include "input/read/file_bytes.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "input/read/file_probe.h"
#include "input/read/limits.h"

namespace routemeter::input {

FileBytes::FileBytes(util::Fd fd, bool gzip, const std::string& name) {
  if (gzip) {
    gzip_ = std::make_unique<GzipBytes>(std::move(fd), name);
  } else {
    fd_ = std::move(fd);
  }
}

std::size_t FileBytes::read_at(std::uint64_t offset, char* data, std::size_t size) {
  if (gzip_) {
    const std::size_t n = gzip_->read_at(offset, data, size);
    if (gzip_->error() != 0) error_ = gzip_->error();
    return n;
  }
  const std::ptrdiff_t n = input::read_at(fd_.get(), offset, data, size);
  if (n >= 0) return static_cast<std::size_t>(n);
  error_ = errno;
  return 0;
}

std::string FileBytes::head() {
  std::string head(kHeadSize, '\0');
  head.resize(read_at(0, head.data(), head.size()));
  return head;
}

std::string FileBytes::tail(std::uint64_t offset) {
  std::string tail(static_cast<std::size_t>(std::min<std::uint64_t>(offset, kTailSize)), '\0');
  tail.resize(read_at(offset - tail.size(), tail.data(), tail.size()));
  return tail;
}

std::uint32_t FileBytes::text_size() {
  std::uint32_t size = 0;
  if (const int error = gzip_text_size(fd(), size); error != 0) error_ = error;
  return size;
}

Position FileBytes::position_at(std::uint64_t offset, bool skipping) {
  std::string head = this->head();
  if (head.size() > offset) head.resize(static_cast<std::size_t>(offset));
  const std::string tail = this->tail(offset);
  if (error_ != 0) return {offset, skipping, {}};
  return {offset, skipping, fingerprint(head, tail)};
}

Position FileBytes::last_line_start(std::uint64_t end) {
  const std::uint64_t from = end - std::min<std::uint64_t>(end, kMaxLine + 1);
  std::string text(static_cast<std::size_t>(end - from), '\0');
  text.resize(read_at(from, text.data(), text.size()));
  if (error_ != 0) return {end, false, {}};
  if (text.empty()) return position_at(end, false);
  const std::size_t newline = text.rfind('\n');
  if (newline != std::string::npos) return position_at(from + newline + 1, false);
  return from == 0 ? Position{} : position_at(end, true);
}

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#include "input/read/file_bytes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "input/read/block.h"
#include "input/read/file_probe.h"

namespace routemeter::input {

int gzip_text_size(int fd, std::uint32_t& out) {
  out = 0;
  FileFacts facts;
  if (const int error = look_at(fd, facts); error != 0) return error;
  if (facts.size < 18) return 0;
  std::array<char, 4> bytes{};
  const std::ptrdiff_t n = input::read_at(fd, facts.size - bytes.size(), bytes.data(), bytes.size());
  if (n < 0) return errno;
  for (std::size_t i = bytes.size(); i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[i]);
  return 0;
}

GzipBytes::GzipBytes(util::Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

std::size_t GzipBytes::read_at(std::uint64_t offset, char* data, std::size_t size) {
  error_ = 0;
  if (text_ == nullptr || offset < place_) {
    // From here on the descriptor's place is the source's.
    if (::lseek(fd_.get(), 0, SEEK_SET) != 0) {
      error_ = errno;
      return 0;
    }
    text_ = gunzip(file_source(name_, fd_.get()));
    place_ = 0;
    broken_.clear();
  }
  std::array<char, 65536> skipped;
  while (place_ < offset) {
    const std::size_t most = std::min<std::uint64_t>(skipped.size(), offset - place_);
    if (read(skipped.data(), most) == 0) return 0;
  }
  std::size_t done = 0;
  while (done < size) {
    const std::size_t n = read(data + done, size - done);
    if (n == 0) break;
    done += n;
  }
  return done;
}

std::size_t GzipBytes::read(char* data, std::size_t size) {
  auto n = text_->read(data, size);
  if (!n) {
    error_ = text_->system_error();
    if (error_ == 0) {
      broken_ = n.errors().front().message;
    } else {
      text_.reset();
    }
    return 0;
  }
  place_ += *n;
  return *n;
}

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

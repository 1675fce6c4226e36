// SPDX-License-Identifier: Apache-2.0
#include "input/gzip_bytes.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace routemeter::input {

std::uint32_t gzip_text_size(int fd) {
  std::array<unsigned char, 4> size{};
  const off_t end = ::lseek(fd, 0, SEEK_END);
  if (end < 18 || ::pread(fd, size.data(), size.size(), end - 4) != 4) return 0;
  return static_cast<std::uint32_t>(size[0]) | static_cast<std::uint32_t>(size[1]) << 8 |
         static_cast<std::uint32_t>(size[2]) << 16 | static_cast<std::uint32_t>(size[3]) << 24;
}

GzipBytes::GzipBytes(util::Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {}

std::size_t GzipBytes::read_at(std::uint64_t offset, char* data, std::size_t size) {
  if (text_ == nullptr || offset < place_) {
    // From here on the descriptor's place is the source's.
    ::lseek(fd_.get(), 0, SEEK_SET);
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
    broken_ = n.errors().front().message;
    return 0;
  }
  place_ += *n;
  return *n;
}

}  // namespace routemeter::input

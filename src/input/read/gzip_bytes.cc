// SPDX-License-Identifier: Apache-2.0
#include "input/read/gzip_bytes.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <unistd.h>

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

}  // namespace routemeter::input

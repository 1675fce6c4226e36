// SPDX-License-Identifier: Apache-2.0
#include "input/read/file_bytes.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <unistd.h>

#include "input/read/block.h"
#include "input/read/file_probe.h"

namespace routemeter::input {

std::size_t FileBytes::read_at(std::uint64_t offset, char* data, std::size_t size) {
  if (!gzip_) {
    const std::ptrdiff_t n = input::read_at(fd(), offset, data, size);
    if (n >= 0) return static_cast<std::size_t>(n);
    error_ = errno;
    return 0;
  }
  if (text_ == nullptr || offset < place_) {
    // From here on the descriptor's place is the source's.
    if (::lseek(fd(), 0, SEEK_SET) != 0) {
      error_ = errno;
      return 0;
    }
    text_ = gunzip(std::make_unique<FileSource>(name_, fd()));
    place_ = 0;
    broken_.clear();
  }
  std::array<char, 65536> skipped;
  while (place_ < offset) {
    const std::size_t most = std::min<std::uint64_t>(skipped.size(), offset - place_);
    if (decompress(skipped.data(), most) == 0) return 0;
  }
  std::size_t done = 0;
  while (done < size) {
    const std::size_t n = decompress(data + done, size - done);
    if (n == 0) break;
    done += n;
  }
  return done;
}

// The next bytes of the text.
std::size_t FileBytes::decompress(char* data, std::size_t size) {
  auto n = text_->read(data, size);
  if (n) {
    place_ += *n;
    return *n;
  }
  if (const int error = text_->system_error(); error != 0) {
    error_ = error;
    text_.reset();  // tried again from the start
  } else {
    broken_ = n.errors().front().message;
  }
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
  FileFacts facts;
  std::array<unsigned char, 4> bytes{};
  if (const int error = look_at(fd(), facts); error != 0) {
    error_ = error;
  } else if (facts.size >= 18 && input::read_at(fd(), facts.size - bytes.size(),
                                                reinterpret_cast<char*>(bytes.data()), bytes.size()) < 0) {
    error_ = errno;
  }
  std::uint32_t size = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) size = size << 8 | bytes[i];
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

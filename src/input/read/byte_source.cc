// SPDX-License-Identifier: Apache-2.0
#include "input/read/byte_source.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "util/fmt.h"

namespace routemeter::input {
using util::Result;

util::Diagnostic failure(const std::string& name, std::string_view what, int error, std::string hint) {
  return util::error_about(name, fmt::format("cannot {}: {}", what, util::errno_text(error)),
                           std::move(hint));
}

Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
  const bool is_stdin = path == "-";
  util::Fd owned;
  if (!is_stdin) {
    owned = util::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!owned) return failure(path, "open", errno);
  }
  auto out = std::make_unique<FileSource>(is_stdin ? "stdin" : path, is_stdin ? STDIN_FILENO : owned.get());
  out->owned_ = std::move(owned);
  struct stat status {};
  if (::fstat(out->fd_, &status) != 0) return failure(out->name_, "read", errno);
  if (S_ISDIR(status.st_mode)) return failure(out->name_, "read", EISDIR, "name the log files in it");
  if (S_ISREG(status.st_mode)) {
    // stdin may be a file that somebody has read the beginning of.
    const auto start = std::max<off_t>(::lseek(out->fd_, 0, SEEK_CUR), 0);
    out->size_ = static_cast<std::uint64_t>(std::max<off_t>(status.st_size - start, 0));
    ::posix_fadvise(out->fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  return out;
}

Result<std::size_t> FileSource::read(char* data, std::size_t size) {
  if (peeked_.empty()) return read_fd(data, size);
  const std::size_t n = peeked_.copy(data, size);
  peeked_.erase(0, n);
  // A pipe may have no more now; a file does not make anybody wait.
  if (size_ == 0 || n == size) return n;
  auto more = read_fd(data + n, size - n);
  return more ? n + *more : n;  // an error comes again
}

Result<std::string_view> FileSource::peek() {
  std::array<char, kPeekSize> bytes;
  while (peeked_.size() < kPeekSize) {
    auto n = read_fd(bytes.data(), kPeekSize - peeked_.size());
    if (!n) return n.errors();
    if (*n == 0) break;
    peeked_.append(bytes.data(), *n);
  }
  return std::string_view(peeked_);
}

Result<std::size_t> FileSource::read_fd(char* data, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(fd_, data, size);
    if (n >= 0) {
      position_.fetch_add(static_cast<std::uint64_t>(n), std::memory_order_relaxed);
      return static_cast<std::size_t>(n);
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) {
      system_error_ = errno;
      return failure(name_, "read", system_error_);
    }
    // Somebody who shares our stdin has made it non-blocking.
    pollfd waiting{fd_, POLLIN, 0};
    ::poll(&waiting, 1, -1);
  }
}

namespace {

constexpr std::size_t kInputSize = std::size_t{64} * 1024;
// zlib: 32 KiB window, and 16 asks for a gzip header and trailer.
constexpr int kGzipWindow = MAX_WBITS + 16;

class GzipSource : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<FileSource> compressed)
      : compressed_(std::move(compressed)), input_(kInputSize) {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  ~GzipSource() override { inflateEnd(&stream_); }

  Result<std::size_t> read(char* data, std::size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(data);
    stream_.avail_out = static_cast<uInt>(size);
    while (stream_.avail_out == size && !ended_ && !error_) step();
    const std::size_t made = size - stream_.avail_out;
    if (made == 0 && error_) return *error_;
    return made;
  }

  int system_error() const override { return compressed_->system_error(); }
  std::uint64_t position() const override { return compressed_->position(); }
  std::uint64_t size() const override { return compressed_->size(); }

 private:
  // One call of inflate, or one step between members. Sets ended_ or error_ when there is no more.
  void step() {
    if (stream_.avail_in == 0 && !fill()) return;
    if (between_) {
      skip_padding();
      return;
    }
    const auto before = stream_.avail_in;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    taken_ += before - stream_.avail_in;
    if (code == Z_STREAM_END) {
      between_ = true;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      // Z_BUF_ERROR only says that input or room ran out in this call.
      fail(stream_.msg != nullptr ? stream_.msg : zError(code));
    }
  }

  bool fill() {
    auto n = compressed_->read(input_.data(), input_.size());
    if (!n) {
      error_ = n.errors();
      return false;
    }
    if (*n == 0) {
      ended_ = between_;
      if (!ended_) fail("unexpected end of file");
      return false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
    stream_.avail_in = static_cast<uInt>(*n);
    return true;
  }

  // Behind a member: zeros are tape padding, anything else has to be the next member, whose header inflate
  // checks.
  void skip_padding() {
    while (stream_.avail_in > 0 && *stream_.next_in == 0) {
      ++stream_.next_in;
      --stream_.avail_in;
      ++taken_;
    }
    if (stream_.avail_in == 0) return;
    if (*stream_.next_in != 0x1f) {
      fail("trailing garbage");
      return;
    }
    inflateReset(&stream_);
    between_ = false;
  }

  void fail(const char* why) {
    error_ = util::Diagnostics{util::error_about(
        compressed_->name(), fmt::format("cannot decompress (gzip): {} at byte {}", why, taken_),
        "the lines before that byte were read; check the file with: gzip -t")};
  }

  std::unique_ptr<FileSource> compressed_;
  std::vector<char> input_;
  z_stream stream_{};
  std::uint64_t taken_ = 0;  // compressed bytes that inflate has consumed
  bool between_ = false;     // the last member is complete, no next one has begun
  bool ended_ = false;
  std::optional<util::Diagnostics> error_;
};

}  // namespace

std::unique_ptr<ByteSource> gunzip(std::unique_ptr<FileSource> compressed) {
  return std::make_unique<GzipSource>(std::move(compressed));
}

}  // namespace routemeter::input

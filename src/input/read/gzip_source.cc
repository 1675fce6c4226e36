// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <zlib.h>

#include "input/read/byte_source.h"

namespace routemeter::input {
namespace {

using util::Diagnostic;
using util::Result;

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
    Diagnostic d;
    d.file = compressed_->name();
    d.message = "cannot decompress (gzip): " + std::string(why) + " at byte " + std::to_string(taken_);
    d.hint = "the lines before that byte were read; check the file with: gzip -t";
    error_ = util::Diagnostics{std::move(d)};
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

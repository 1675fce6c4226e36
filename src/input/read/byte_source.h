// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "util/diagnostic.h"
#include "util/fd.h"
#include "util/result.h"

namespace routemeter::input {

/// Bytes of one input in order: a file, a pipe, or what a decompressor makes of them.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Up to `size` (> 0) bytes into `data`; 0 = end of input. Waits on a pipe. An error repeats itself when
  /// asked again.
  virtual util::Result<std::size_t> read(char* data, std::size_t size) = 0;
  /// errno when it was the system that would not read at the last error; 0: the input itself is wrong.
  virtual int system_error() const { return 0; }
  /// See Reader: bytes taken from the underlying file, and its size (0 = unknown). Any thread, any time.
  virtual std::uint64_t position() const = 0;
  virtual std::uint64_t size() const = 0;
};

/// Bytes that FileSource::peek() looks at.
inline constexpr std::size_t kPeekSize = 16;

/// A file or a pipe. It can be looked into before it is read: how its bytes begin decides what reads them.
class FileSource : public ByteSource {
 public:
  /// Reads an open file from its present place on; the descriptor stays the caller's. `name`: for messages.
  FileSource(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}
  /// Opens a file or a FIFO, or "-" for stdin.
  static util::Result<std::unique_ptr<FileSource>> open(const std::string& path);

  util::Result<std::size_t> read(char* data, std::size_t size) override;
  /// The first bytes, kPeekSize or all; not consumed. Before the first read only.
  util::Result<std::string_view> peek();
  /// As in messages: the path, or "stdin".
  const std::string& name() const { return name_; }
  int system_error() const override { return system_error_; }
  std::uint64_t position() const override { return position_.load(std::memory_order_relaxed); }
  std::uint64_t size() const override { return size_; }

 private:
  util::Result<std::size_t> read_fd(char* data, std::size_t size);

  std::string name_;
  int fd_;
  util::Fd owned_;  // none: the caller's, or stdin
  std::uint64_t size_ = 0;
  std::atomic<std::uint64_t> position_{0};
  std::string peeked_;
  int system_error_ = 0;
};

/// "cannot WHAT: " and the words for `error`.
util::Diagnostic failure(const std::string& name, std::string_view what, int error, std::string hint = {});

/// Decompresses gzip: any number of members, zero padding behind them. Damage, a cut end, and anything else
/// behind a member are errors, after the bytes before them have been delivered.
std::unique_ptr<ByteSource> gunzip(std::unique_ptr<FileSource> compressed);

}  // namespace routemeter::input

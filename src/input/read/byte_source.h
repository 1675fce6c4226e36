// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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

/// A file source can be looked into before it is read: how its bytes begin decides what reads them.
class FileSource : public ByteSource {
 public:
  /// The first bytes (fewer only when the input is shorter); not consumed. Before the first read only.
  virtual util::Result<std::string_view> peek() = 0;
  /// As in messages: the path, or "stdin".
  virtual const std::string& name() const = 0;
};

/// Bytes that peek() looks at.
inline constexpr std::size_t kPeekSize = 16;

/// Opens a file or a FIFO, or "-" for stdin.
util::Result<std::unique_ptr<FileSource>> open_file_source(const std::string& path);

/// Reads an open file from its present place on; the descriptor stays the caller's.
std::unique_ptr<FileSource> file_source(const std::string& name, int fd);

/// Decompresses gzip: any number of members, zero padding behind them. Damage, a cut end, and anything else
/// behind a member are errors, after the bytes before them have been delivered.
std::unique_ptr<ByteSource> gunzip(std::unique_ptr<FileSource> compressed);

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "input/read/block.h"
#include "input/read/byte_source.h"
#include "util/result.h"

namespace routemeter::input {

/// Reads an input once to its end, for `replay`. One caller at a time; callers with their own blocks may
/// take turns under a lock and work on their blocks at the same time.
class Reader {
 public:
  explicit Reader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) {}
  /// Fills `block` with the next lines, as many as one read brings (a pipe's lines do not wait for more).
  /// False at the end of input (block.text is then empty, but block.too_long may be set), an error when
  /// reading fails (message names the input and errno). What came before an error has been delivered by
  /// then, whole lines only; the error repeats itself.
  util::Result<bool> next(Block& block);
  /// Bytes of the underlying file taken so far (compressed bytes for .gz), for the progress bar. This and
  /// size() may be called from any thread at any time.
  std::uint64_t position() const { return source_->position(); }
  /// Size of the underlying file in bytes; 0 = unknown (a pipe).
  std::uint64_t size() const { return source_->size(); }

 private:
  std::unique_ptr<ByteSource> source_;
  Splitter splitter_;
};

/// Opens a file, a gzip file (by its magic bytes, any name, several members) or "-" for stdin. Other
/// compressions are recognised and refused with the command that undoes them.
util::Result<std::unique_ptr<Reader>> open_reader(const std::string& path);

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "input/read/byte_source.h"
#include "input/read/fingerprint.h"
#include "util/fd.h"

namespace routemeter::input {

/// The content of an open file at any place, plain or out of gzip. What the system would not read is told
/// from what is not there: nothing may be concluded from content while error() is not 0.
class FileBytes {
 public:
  FileBytes(util::Fd fd, bool gzip, std::string name)
      : fd_(std::move(fd)), gzip_(gzip), name_(std::move(name)) {}

  /// Up to `size` bytes at `offset`, as many as there are or can be read. Of gzip, forward is cheap, back
  /// begins anew, and getting to a far offset decompresses all before it.
  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size);
  /// The first kHeadSize bytes, or all.
  std::string head();
  /// The last kTailSize bytes before `offset`.
  std::string tail(std::uint64_t offset);
  /// The size of a gzip file's text as its last member says: all of it, modulo 2^32, where there is one
  /// member; 0 when the file is too short for one.
  std::uint32_t text_size();

  /// A position with the fingerprint of what the file has now; without one while error() is not 0.
  Position position_at(std::uint64_t offset, bool skipping);
  /// The position behind the last newline before `end`, so that reading may begin there; within a line that
  /// is too long, the position `end` and `skipping`. `end` without a fingerprint while error() is not 0.
  Position last_line_start(std::uint64_t end);

  /// The errno of a read that failed since clear_error(); 0 = all could be read.
  int error() const { return error_; }
  void set_error(int error) { error_ = error; }
  void clear_error() { error_ = 0; }

  bool gzip() const { return gzip_; }
  /// Why a gzip file's text ends early; empty = it does not, or that was not reached yet.
  const std::string& broken() const { return broken_; }
  int fd() const { return fd_.get(); }

 private:
  std::size_t decompress(char* data, std::size_t size);

  util::Fd fd_;
  bool gzip_;
  std::string name_;
  std::unique_ptr<ByteSource> text_;  // of gzip
  std::uint64_t place_ = 0;           // in it
  std::string broken_;
  int error_ = 0;
};

}  // namespace routemeter::input

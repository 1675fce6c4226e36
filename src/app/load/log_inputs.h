// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "format/contract/format.h"
#include "input/read/reader.h"
#include "model/request.h"
#include "model/rule_file.h"
#include "util/result.h"

namespace routemeter::app {

/// One log of a replay before it is read.
struct Input {
  std::string name;
  format::FormatPtr format;               ///< null: the log has no line
  std::unique_ptr<input::Reader> reader;  ///< kept when it cannot be opened twice (stdin, a pipe)
  std::vector<input::Block> first;        ///< read from `reader` for detection
};

/// Expands globs, reads as much of each log as detection wants to see, and finds its format. A regular file
/// is closed again: the queue opens it when its turn comes, so that a thousand logs need neither a thousand
/// descriptors nor as many blocks. Errors: those that cannot be opened or fit no known format, all of them.
util::Result<std::vector<Input>> open_logs(const std::vector<std::string>& logs,
                                           const model::FormatSpec& spec);

/// The fields that a line of any of the logs can have; all fields when every log is empty.
model::FieldSet fields_of(const std::vector<Input>& inputs);

/// Hands the blocks of all inputs, one after the other, to any number of workers. Reading is under the lock,
/// the work on a block is not: reading takes a small share of the time, and decompression runs beside
/// parsing.
class BlockQueue {
 public:
  explicit BlockQueue(std::vector<Input>& inputs) : inputs_(inputs) {}

  /// The next block and the input it is of. False at the end, or after an error (see error()).
  bool next(input::Block& block, std::size_t& input);
  /// The first read error; empty = none. For after the workers have ended.
  const util::Diagnostics& error() const { return error_; }
  /// Bytes read so far over all inputs.
  std::uint64_t position();

 private:
  std::mutex mutex_;
  std::vector<Input>& inputs_;
  std::size_t current_ = 0;
  std::uint64_t finished_bytes_ = 0;
  util::Diagnostics error_;
};

}  // namespace routemeter::app

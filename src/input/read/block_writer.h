// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "input/read/block.h"

namespace routemeter::input {

/// Fills a block with messages, one line each.
class BlockWriter {
 public:
  /// Empties the block (too_long as well).
  explicit BlockWriter(Block& block);

  /// Where the next line goes, and the bytes that fit there (of kBlockSize). Messages may be received behind
  /// end(), the first of them at end() itself, and then be put in their order.
  char* end() { return block_.buffer.data() + used_; }
  std::size_t room() const;
  std::size_t used() const { return used_; }

  /// Appends a message of at most kMaxLine bytes, for which room() is at least one more. A message is one
  /// line whatever it holds: line ends and NULs around it are dropped, a newline inside becomes a blank, so
  /// that no sender's text can make a second line. An empty message is none.
  void put(std::string_view message);
  void skip_too_long() { ++block_.too_long; }

  /// Completes block.text. True when the block has something to say.
  bool finish();

 private:
  Block& block_;
  std::size_t used_ = 0;
};

}  // namespace routemeter::input

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "input/read/block.h"

namespace routemeter::input {

/// Turns bytes that come in any chunks into Blocks of complete lines. Lines and too_long counts depend on
/// the bytes only, never on where the chunks were cut. Memory: one partial line of at most kMaxLine.
///
/// Use: read into room(), tell add() how much came, until add() is true; finish() at the end of input. The
/// state is (pending(), skipping()): a second Splitter that is reset(skipping()) and fed from pending()
/// bytes before the present place goes on exactly like this one.
class Splitter {
 public:
  struct Room {
    char* data;
    std::size_t size;
  };

  /// Where the next chunk of input goes: a part of block.buffer (grown when it is new), kBlockSize -
  /// kMaxLine bytes or more. The block's text is void from here on.
  Room room(Block& block) const;

  /// Takes the `size` bytes that were put into room(). True when block.text holds lines; the partial line
  /// behind them stays here. Adds skipped lines to block.too_long either way, each once, at its end.
  bool add(Block& block, std::size_t size);

  /// The input has ended: a last line without '\n' gets one. True when block.text holds it.
  bool finish(Block& block);

  /// Forgets the partial line. `skipping`: the next bytes belong to a line that is too long already.
  void reset(bool skipping);

  /// Bytes of the partial line that are kept for the next chunk (leading NULs are gone for good).
  std::size_t pending() const { return carry_.size(); }
  /// Whether the place reached is inside a line that is being skipped.
  bool skipping() const { return skipping_; }

 private:
  void keep(std::string_view bytes);

  std::vector<char> carry_;
  bool skipping_ = false;
};

}  // namespace routemeter::input

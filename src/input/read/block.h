// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace routemeter::input {

/// Longest line in bytes, without its line end and without leading NULs. Longer ones are skipped in constant
/// memory and counted (too_long). nginx's defaults allow about 32 KiB of headers, times 4 for \xNN.
inline constexpr std::size_t kMaxLine = std::size_t{256} * 1024;

/// Bytes that a block holds at most.
inline constexpr std::size_t kBlockSize = std::size_t{1024} * 1024;

/// Bytes that a block usually gets in one read: what the kernel has just copied is still in the second-level
/// cache when it is scanned.
inline constexpr std::size_t kReadSize = std::size_t{256} * 1024;

/// Bytes of a file's beginning that tell its format.
inline constexpr std::size_t kHeadBytes = std::size_t{256} * 1024;

/// Bytes behind a block's text that may be read (not interpreted): vector loads and simdjson run over the
/// end of what they scan.
inline constexpr std::size_t kBlockPadding = 64;

/// A run of complete lines. `text` ends in '\n' (the last line of an input that lacks one gets it), holds no
/// NUL run at a line's start and no line longer than kMaxLine. It sees the block's buffer until the next
/// read; kBlockPadding bytes behind it may be read. Empty when only `too_long` has something to say.
struct Block {
  std::string_view text;
  std::uint64_t too_long = 0;  ///< lines skipped before or within this block
  std::vector<char> buffer;    ///< owned; reused by the next read into this block

  bool has_news() const { return !text.empty() || too_long > 0; }
  /// Without text and counts; the buffer stays.
  void clear() {
    text = {};
    too_long = 0;
  }
  /// Makes the buffer fit kBlockSize bytes and the padding.
  void reserve() { buffer.resize(std::max(buffer.size(), kBlockSize + kBlockPadding)); }
};

/// Fills a block with messages, one line each.
class BlockWriter {
 public:
  /// Empties the block (too_long as well).
  explicit BlockWriter(Block& block) : block_(block) {
    block_.reserve();
    block_.clear();
  }

  /// Where the next line goes, and the bytes that fit there (of kBlockSize). Messages may be received behind
  /// end(), the first of them at end() itself, and then be put in their order.
  char* end() { return block_.buffer.data() + used_; }
  std::size_t room() const { return kBlockSize - used_; }
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

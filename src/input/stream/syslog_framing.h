// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "input/read/block.h"

namespace routemeter::input {

/// The messages in the bytes of one TCP connection (RFC 6587): octet counting ("11 <13>a message") or a
/// newline after each. The first message decides for the whole connection: a count is digits, a blank and "<"
/// there. Deciding anew for each message would let text at a line's start swallow the lines that follow. The
/// result depends on the bytes only, never on how they were cut.
class SyslogFraming {
 public:
  /// Takes the next bytes. The writer needs room for held() + bytes.size() + 1. Messages over kMaxLine are
  /// skipped in constant memory and counted, each once, at its end. False: the octet counts make no sense and
  /// where the next message begins cannot be known; nothing more can be had from this connection.
  bool add(std::string_view bytes, BlockWriter& out);

  /// The sender has closed in good order. A last message without newline counts, as at the end of a file.
  /// False when a counted message is cut: it is no message.
  bool finish(BlockWriter& out);

  /// Frees the memory of the present message; it will have been too long.
  void give_up();

  /// Whether the bytes so far end inside a message.
  bool torn() const { return !carry_.empty() || skipping_ || left_ > 0; }
  bool skipping() const { return skipping_; }
  /// Bytes kept of the present message; they take up to twice the memory.
  std::size_t held() const { return carry_.size(); }

 private:
  enum class Mode { kUndecided, kLines, kCounted };

  void decide(std::string_view& bytes, BlockWriter& out);
  void add_line(std::string_view& bytes, BlockWriter& out);
  bool add_count(std::string_view& bytes);
  void add_counted(std::string_view& bytes, BlockWriter& out);
  void keep(std::string_view bytes);
  void end_message(std::string_view rest, BlockWriter& out);
  void forget();

  Mode mode_ = Mode::kUndecided;
  std::string carry_;      // of the present message, or of its count
  std::size_t left_ = 0;   // kCounted: bytes of the present message that are still to come
  bool skipping_ = false;  // the present message is too long
};

}  // namespace routemeter::input

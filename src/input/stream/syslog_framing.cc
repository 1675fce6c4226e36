// SPDX-License-Identifier: Apache-2.0
#include "input/stream/syslog_framing.h"

#include <utility>

#include "input/read/block.h"
#include "util/ascii.h"

namespace routemeter::input {
namespace {

// Nobody sends messages of a gigabyte; more digits are no count.
constexpr std::size_t kMaxDigits = 9;
// The most that a connection keeps between messages.
constexpr std::size_t kKeptMemory = 4096;

enum class Start { kOpen, kCounted, kNotCounted };

// The framing that the first bytes of a connection announce.
Start look_at(std::string_view start) {
  if (start.empty()) return Start::kOpen;
  if (start[0] == '0') return Start::kNotCounted;
  std::size_t digits = 0;
  while (digits < start.size() && util::is_digit(start[digits])) ++digits;
  if (digits > kMaxDigits) return Start::kNotCounted;
  if (digits == start.size()) return Start::kOpen;
  if (digits == 0 || start[digits] != ' ') return Start::kNotCounted;
  if (digits + 1 == start.size()) return Start::kOpen;
  return start[digits + 1] == '<' ? Start::kCounted : Start::kNotCounted;
}

}  // namespace

bool SyslogFraming::add(std::string_view bytes, BlockWriter& out) {
  while (mode_ == Mode::kUndecided && !bytes.empty()) decide(bytes, out);
  while (!bytes.empty()) {
    if (mode_ == Mode::kLines) {
      add_line(bytes, out);
    } else if (left_ > 0) {
      add_counted(bytes, out);
    } else if (!add_count(bytes)) {
      return false;
    }
  }
  return true;
}

bool SyslogFraming::finish(BlockWriter& out) {
  if (mode_ == Mode::kCounted && !skipping_) return !torn();
  if (torn()) end_message({}, out);
  return true;
}

void SyslogFraming::give_up() {
  if (mode_ != Mode::kLines && left_ == 0) return;  // no message yet
  skipping_ = true;
  forget();
}

void SyslogFraming::decide(std::string_view& bytes, BlockWriter& out) {
  carry_ += bytes.front();
  bytes.remove_prefix(1);
  const Start start = look_at(carry_);
  if (start == Start::kOpen) return;
  mode_ = start == Start::kCounted ? Mode::kCounted : Mode::kLines;
  const std::string first = std::exchange(carry_, {});
  add(first, out);
}

void SyslogFraming::add_line(std::string_view& bytes, BlockWriter& out) {
  const std::size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos) {
    keep(std::exchange(bytes, {}));
    return;
  }
  end_message(bytes.substr(0, newline), out);
  bytes.remove_prefix(newline + 1);
}

bool SyslogFraming::add_count(std::string_view& bytes) {
  const char c = bytes.front();
  bytes.remove_prefix(1);
  if (util::is_digit(c) && carry_.size() < kMaxDigits && !(carry_.empty() && c == '0')) {
    carry_ += c;
    return true;
  }
  // Some senders end a counted message with a newline that they do not count.
  if (carry_.empty()) return c == '\n' || c == '\r' || c == '\0';
  if (c != ' ') return false;
  for (const char digit : carry_) left_ = left_ * 10 + static_cast<std::size_t>(digit - '0');
  carry_.clear();
  skipping_ = left_ > kMaxLine;
  return true;
}

void SyslogFraming::add_counted(std::string_view& bytes, BlockWriter& out) {
  const std::string_view part = bytes.substr(0, left_);
  bytes.remove_prefix(part.size());
  left_ -= part.size();
  if (left_ == 0) {
    end_message(part, out);
  } else {
    keep(part);
  }
}

void SyslogFraming::keep(std::string_view bytes) {
  if (skipping_) return;
  if (carry_.size() + bytes.size() > kMaxLine) {
    give_up();
  } else {
    carry_ += bytes;
  }
}

// `rest`: what the message has beyond the carried bytes.
void SyslogFraming::end_message(std::string_view rest, BlockWriter& out) {
  if (skipping_ || carry_.size() + rest.size() > kMaxLine) {
    out.skip_too_long();
  } else if (carry_.empty()) {
    out.put(rest);
  } else {
    carry_ += rest;
    out.put(carry_);
  }
  skipping_ = false;
  forget();
}

void SyslogFraming::forget() {
  carry_.clear();
  if (carry_.capacity() > kKeptMemory) carry_.shrink_to_fit();
}

}  // namespace routemeter::input

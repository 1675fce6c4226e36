// SPDX-License-Identifier: Apache-2.0
#include "input/read/block.h"

#include <algorithm>
#include <cstring>

namespace routemeter::input {
namespace {

char* find(char* from, char* to, char byte) {
  return static_cast<char*>(std::memchr(from, byte, static_cast<std::size_t>(to - from)));
}

char* find_last(char* from, char* to, char byte) {
  return static_cast<char*>(memrchr(from, byte, static_cast<std::size_t>(to - from)));
}

// Whether a line in [begin, end) exceeds kMaxLine. Jumps as far as a line may reach and looks back for the
// newline nearest to there, so it touches a few hundred bytes in a block of ordinary lines.
bool has_long_line(char* begin, char* end) {
  while (static_cast<std::size_t>(end - begin) > kMaxLine + 1) {
    char* newline = find_last(begin, begin + kMaxLine + 1, '\n');
    if (newline == nullptr) return true;
    begin = newline + 1;
  }
  return false;
}

// Removes leading NULs and too long lines from the complete lines in [begin, end); returns the new end.
char* compact(char* begin, char* end, std::uint64_t& too_long) {
  char* out = begin;
  for (char* line = begin; line < end;) {
    char* newline = find(line, end, '\n');
    char* next = newline + 1;
    line = std::find_if(line, newline, [](char c) { return c != '\0'; });
    if (static_cast<std::size_t>(newline - line) > kMaxLine) {
      ++too_long;
    } else {
      const auto size = static_cast<std::size_t>(next - line);
      if (out != line) std::memmove(out, line, size);
      out += size;
    }
    line = next;
  }
  return out;
}

}  // namespace

Splitter::Room Splitter::room(Block& block) const {
  block.reserve();
  return {block.buffer.data() + carry_.size(), kBlockSize - carry_.size()};
}

bool Splitter::add(Block& block, std::size_t size) {
  char* fresh = block.buffer.data() + carry_.size();
  char* fresh_end = fresh + size;
  char* last = find_last(fresh, fresh_end, '\n');
  if (last == nullptr) {
    keep({fresh, size});
    return false;
  }
  char* begin = block.buffer.data();
  char* end = last + 1;
  if (skipping_) {
    begin = find(fresh, end, '\n') + 1;
    skipping_ = false;
    ++block.too_long;
  } else if (!carry_.empty()) {
    std::memcpy(begin, carry_.data(), carry_.size());
  }
  carry_.clear();
  // Only a NUL in the fresh bytes can begin a line: keep() has taken them off the carried ones.
  if (find(fresh, end, '\0') != nullptr || has_long_line(begin, end)) {
    end = compact(begin, end, block.too_long);
  }
  block.text = {begin, static_cast<std::size_t>(end - begin)};
  keep({last + 1, static_cast<std::size_t>(fresh_end - last - 1)});
  return !block.text.empty();
}

bool Splitter::finish(Block& block) {
  if (skipping_) ++block.too_long;
  skipping_ = false;
  if (carry_.empty()) return false;
  room(block);
  std::memcpy(block.buffer.data(), carry_.data(), carry_.size());
  block.buffer[carry_.size()] = '\n';
  block.text = {block.buffer.data(), carry_.size() + 1};
  carry_.clear();
  return true;
}

void Splitter::reset(bool skipping) {
  carry_.clear();
  skipping_ = skipping;
}

void Splitter::keep(std::string_view bytes) {
  if (skipping_) return;
  if (carry_.empty()) bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
  if (carry_.size() + bytes.size() > kMaxLine) {
    carry_.clear();
    skipping_ = true;
    return;
  }
  carry_.insert(carry_.end(), bytes.begin(), bytes.end());
}

void BlockWriter::put(std::string_view message) {
  constexpr std::string_view kDropped("\0\r\n", 3);
  const std::size_t first = message.find_first_not_of(kDropped);
  if (first == std::string_view::npos) return;
  message = message.substr(first, message.find_last_not_of(kDropped) + 1 - first);
  char* const line = end();
  std::memmove(line, message.data(), message.size());
  char* const line_end = line + message.size();
  std::replace(line, line_end, '\n', ' ');
  *line_end = '\n';
  used_ += message.size() + 1;
}

bool BlockWriter::finish() {
  block_.text = {block_.buffer.data(), used_};
  return block_.has_news();
}

}  // namespace routemeter::input

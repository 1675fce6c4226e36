// SPDX-License-Identifier: Apache-2.0
#include "input/read/block_writer.h"

#include <algorithm>
#include <cstring>

#include "input/read/limits.h"

namespace routemeter::input {

BlockWriter::BlockWriter(Block& block) : block_(block) {
  constexpr std::size_t kNeeded = kBlockSize + kBlockPadding;
  if (block_.buffer.size() < kNeeded) block_.buffer.resize(kNeeded);
  block_.text = {};
  block_.too_long = 0;
}

std::size_t BlockWriter::room() const { return kBlockSize - used_; }

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
  return used_ > 0 || block_.too_long > 0;
}

}  // namespace routemeter::input

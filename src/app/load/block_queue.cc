// SPDX-License-Identifier: Apache-2.0
#include "app/load/block_queue.h"

namespace routemeter::app {

bool BlockQueue::next(input::Block& block, std::size_t& input) {
  const std::lock_guard<std::mutex> lock(mutex_);
  while (error_.empty() && current_ < inputs_.size()) {
    Input& in = inputs_[current_];
    input = current_;
    if (!in.first.empty()) {
      block = std::move(in.first.front());
      in.first.erase(in.first.begin());
      return true;
    }
    if (in.reader == nullptr) {
      auto opened = input::open_reader(in.name);
      if (!opened) {
        error_ = opened.errors();
        return false;
      }
      in.reader = std::move(*opened);
    }
    auto more = in.reader->next(block);
    if (!more) {
      error_ = more.errors();
      return false;
    }
    if (*more || block.too_long > 0) return true;
    finished_bytes_ += in.reader->position();
    in.reader.reset();
    ++current_;
  }
  return false;
}

std::uint64_t BlockQueue::position() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::uint64_t bytes = finished_bytes_;
  if (current_ < inputs_.size() && inputs_[current_].reader != nullptr) {
    bytes += inputs_[current_].reader->position();
  }
  return bytes;
}

}  // namespace routemeter::app

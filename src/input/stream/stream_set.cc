// SPDX-License-Identifier: Apache-2.0
#include "input/stream/stream_set.h"

#include <cstring>
#include <utility>

#include "input/read/limits.h"

namespace routemeter::input {
namespace {

constexpr int kBlocksPerRound = 16;

}  // namespace

void StreamSet::add(std::size_t source, std::unique_ptr<StreamSource> stream) {
  streams_.push_back({source, std::move(stream), {}, 0, false, false, 0});
}

void StreamSet::look() {
  for (Stream& each : streams_) {
    each.held = false;
    each.blocks = 0;
  }
}

bool StreamSet::next(Block& block, std::size_t& source) {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    turn_ = (turn_ + 1) % streams_.size();
    Stream& each = streams_[turn_];
    if (each.held || each.blocks >= kBlocksPerRound) continue;
    if (!read(each, block)) continue;
    ++each.blocks;
    source = each.source;
    return true;
  }
  return false;
}

bool StreamSet::read(Stream& each, Block& block) {
  if (!std::exchange(each.given_back, false)) {
    if (!each.stream->next(block)) return false;
    each.last = block.text;
    each.last_too_long = block.too_long;
    return true;
  }
  // What was given back and, where it fits, what has come since.
  std::string text = std::move(each.last);
  std::uint64_t too_long = each.last_too_long;
  if (text.size() < kBlockSize / 2 && each.stream->next(block)) {
    text += block.text;
    too_long += block.too_long;
  }
  block.buffer.resize(std::max(block.buffer.size(), text.size() + kBlockPadding));
  std::memcpy(block.buffer.data(), text.data(), text.size());
  block.text = {block.buffer.data(), text.size()};
  block.too_long = too_long;
  each.last = std::move(text);
  each.last_too_long = too_long;
  return true;
}

bool StreamSet::unread(std::size_t source) {
  for (Stream& each : streams_) {
    if (each.source != source) continue;
    each.given_back = !each.last.empty() || each.last_too_long > 0;
    each.held = true;
    return true;
  }
  return false;
}

std::string StreamSet::head(std::size_t source) const {
  for (const Stream& each : streams_) {
    if (each.source == source && each.given_back) return each.last.substr(0, kHeadBytes);
  }
  return {};
}

const StreamSource* StreamSet::find(std::size_t source) const {
  for (const Stream& each : streams_) {
    if (each.source == source) return each.stream.get();
  }
  return nullptr;
}

std::vector<std::size_t> StreamSet::sources() const {
  std::vector<std::size_t> out;
  for (const Stream& each : streams_) out.push_back(each.source);
  return out;
}

std::vector<std::string> StreamSet::take_messages() {
  std::vector<std::string> out;
  for (const Stream& each : streams_) {
    for (std::string& message : each.stream->take_messages()) out.push_back(std::move(message));
  }
  return out;
}

}  // namespace routemeter::input

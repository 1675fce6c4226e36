// SPDX-License-Identifier: Apache-2.0
// Bytes and cut points: the splitter gives the same lines for every chunking, and the ones that a byte by
// byte reference gives. A run of the byte 0xff stands for many bytes, so that short inputs reach the line
// limit.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "input/read/block.h"

namespace {

using routemeter::input::Block;
using routemeter::input::kMaxLine;
using routemeter::input::Splitter;

struct Lines {
  std::string text;
  std::uint64_t too_long = 0;
  bool operator==(const Lines&) const = default;
};

Lines reference(std::string_view input) {
  Lines out;
  while (!input.empty()) {
    const std::size_t newline = input.find('\n');
    const bool ended = newline != std::string_view::npos;
    std::string_view line = input.substr(0, newline);
    input.remove_prefix(ended ? newline + 1 : input.size());
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
    if (!ended && line.empty()) break;
    if (line.size() > kMaxLine) {
      ++out.too_long;
    } else {
      out.text.append(line);
      out.text += '\n';
    }
  }
  return out;
}

// Each cut is the next chunk's size; when they are used up, the room's size is.
Lines split(std::string_view input, std::string_view cuts) {
  Lines out;
  Splitter splitter;
  static Block block;  // a megabyte that need not be cleared for every run
  const auto take = [&] {
    out.text += block.text;
    out.too_long += block.too_long;
    block.text = {};
    block.too_long = 0;
  };
  while (!input.empty()) {
    const Splitter::Room room = splitter.room(block);
    std::size_t size = room.size;
    if (!cuts.empty()) {
      const auto cut = static_cast<unsigned char>(cuts.front());
      size = cut < 200 ? cut + 1U : (cut - 199U) * 9973U;
      cuts.remove_prefix(1);
    }
    size = std::min({size, room.size, input.size()});
    std::memcpy(room.data, input.data(), size);
    input.remove_prefix(size);
    splitter.add(block, size);
    take();
  }
  splitter.finish(block);
  take();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t cut_count = std::min<std::size_t>(data[0], size - 1);
  const std::string_view cuts = all.substr(1, cut_count);
  std::string input;
  for (const char c : all.substr(1 + cut_count)) {
    if (c != '\xff') {
      input += c;
    } else if (input.size() < 4 * kMaxLine) {
      input.append(kMaxLine / 4, input.empty() ? 'x' : input.back() == '\n' ? '\0' : input.back());
    }
  }
  const Lines expected = reference(input);
  if (split(input, cuts) != expected || split(input, {}) != expected) std::abort();
  return 0;
}

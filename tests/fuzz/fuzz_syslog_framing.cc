// SPDX-License-Identifier: Apache-2.0
// Bytes of a TCP connection and cut points: the same messages for every chunking, the ones that a reference
// with all the bytes at hand finds, and never a line that is none of the connection's messages. The byte 0xff
// stands for many bytes, so that short inputs reach the line limit.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "input/read/block.h"
#include "input/stream/syslog_framing.h"

namespace {

using routemeter::input::Block;
using routemeter::input::BlockWriter;
using routemeter::input::kMaxLine;
using routemeter::input::SyslogFraming;

struct Out {
  std::string text;
  std::uint64_t too_long = 0;
  bool sound = true;
  bool whole = true;
  bool operator==(const Out&) const = default;
};

bool digit(char c) { return c >= '0' && c <= '9'; }

void put(Out& out, std::string_view message) {
  if (message.size() > kMaxLine) {
    ++out.too_long;
    return;
  }
  const auto dropped = [](char c) { return c == '\n' || c == '\r' || c == '\0'; };
  while (!message.empty() && dropped(message.front())) message.remove_prefix(1);
  while (!message.empty() && dropped(message.back())) message.remove_suffix(1);
  if (message.empty()) return;
  for (const char c : message) out.text += c == '\n' ? ' ' : c;
  out.text += '\n';
}

// Digits of a count at the start, 0 = none.
std::size_t digits(std::string_view input) {
  if (input.empty() || input[0] == '0') return 0;
  std::size_t n = 0;
  while (n < input.size() && digit(input[n])) ++n;
  return n <= 9 ? n : 0;
}

Out reference(std::string_view input) {
  Out out;
  const std::size_t first = digits(input);
  if (first == 0 || input.substr(first, 2) != " <") {
    while (!input.empty()) {
      const std::size_t end = std::min(input.find('\n'), input.size());
      put(out, input.substr(0, end));
      input.remove_prefix(std::min(end + 1, input.size()));
    }
    return out;
  }
  for (;;) {
    while (!input.empty() && (input[0] == '\n' || input[0] == '\r' || input[0] == '\0'))
      input.remove_prefix(1);
    if (input.empty()) return out;
    const std::size_t n = digits(input);
    if (n == 0 || (n < input.size() && input[n] != ' ')) {
      out.sound = false;
      return out;
    }
    if (n == input.size()) {
      out.whole = false;
      return out;
    }
    const std::size_t size = std::strtoul(std::string(input.substr(0, n)).c_str(), nullptr, 10);
    input.remove_prefix(n + 1);
    if (size <= input.size()) {
      put(out, input.substr(0, size));
      input.remove_prefix(size);
      continue;
    }
    // Cut: too long is too long, the rest is no message.
    if (size > kMaxLine) {
      ++out.too_long;
    } else {
      out.whole = false;
    }
    return out;
  }
}

// Each cut is the next chunk's size; when they are used up, it is 64 KiB.
Out frame(std::string_view input, std::string_view cuts) {
  Out out;
  SyslogFraming framing;
  static Block block;  // a megabyte that need not be cleared for every run
  const auto take = [&](BlockWriter& writer) {
    writer.finish();
    out.text += block.text;
    out.too_long += block.too_long;
  };
  while (!input.empty()) {
    std::size_t size = 65536;
    if (!cuts.empty()) {
      const auto cut = static_cast<unsigned char>(cuts.front());
      size = cut < 200 ? cut + 1U : (cut - 199U) * 1171U;
      cuts.remove_prefix(1);
    }
    const std::string_view chunk = input.substr(0, size);
    input.remove_prefix(chunk.size());
    BlockWriter writer(block);
    out.sound = framing.add(chunk, writer);
    take(writer);
    if (framing.held() > kMaxLine) std::abort();
    if (!out.sound) return out;
  }
  BlockWriter writer(block);
  out.whole = framing.finish(writer);
  take(writer);
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
    } else if (input.size() <= kMaxLine) {
      input.append(kMaxLine / 4, 'x');
    }
  }
  const Out expected = reference(input);
  if (frame(input, cuts) != expected || frame(input, {}) != expected) std::abort();
  return 0;
}

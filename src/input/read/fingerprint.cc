// SPDX-License-Identifier: Apache-2.0
#include "input/read/fingerprint.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace routemeter::input {
namespace {

// FNV-1a, 64 bits: a kibibyte once per file and commit needs nothing faster, and the bytes are not chosen
// against it by somebody who would gain from it.
constexpr std::uint64_t kSeed = 0xcbf29ce484222325U;

std::uint64_t hash(std::string_view bytes, std::uint64_t before = kSeed) {
  std::uint64_t h = before;
  for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return h;
}

Match differs(std::string_view now) { return all_nul(now) ? Match::kNul : Match::kNo; }

}  // namespace

bool all_nul(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

Fingerprint fingerprint(std::string_view head, std::string_view tail) {
  Fingerprint out;
  out.head_size = static_cast<std::uint32_t>(head.size());
  out.head = kSeed;
  std::size_t done = 0;
  for (std::size_t i = 0, size = kFirstRung; i < kRungs && size <= head.size(); ++i, size *= 2) {
    out.head = hash(head.substr(done, size - done), out.head);
    out.rungs[i] = out.head;
    done = size;
  }
  out.head = hash(head.substr(done), out.head);
  out.tail_size = static_cast<std::uint32_t>(tail.size());
  out.tail = hash(tail);
  return out;
}

Match match_head(const Fingerprint& print, std::string_view head) {
  if (print.head_size == 0) return Match::kYes;
  if (head.size() >= print.head_size) {
    const std::string_view same = head.substr(0, print.head_size);
    return hash(same) == print.head ? Match::kYes : differs(same);
  }
  if (head.size() < kFirstRung) return Match::kShort;
  // The longest rung that it has all of.
  const std::size_t size = std::bit_floor(head.size());
  const auto rung = static_cast<std::size_t>(std::countr_zero(size) - std::countr_zero(kFirstRung));
  const std::string_view same = head.substr(0, size);
  return hash(same) == print.rungs[rung] ? Match::kYes : differs(same);
}

Match match_tail(const Fingerprint& print, std::string_view tail) {
  if (print.tail_size == 0) return Match::kYes;
  if (tail.size() < print.tail_size) return Match::kShort;
  tail.remove_prefix(tail.size() - print.tail_size);
  return hash(tail) == print.tail ? Match::kYes : differs(tail);
}

Match match_bytes(std::string_view remembered, std::string_view now) {
  if (now.size() < remembered.size()) return Match::kShort;
  return now == remembered ? Match::kYes : differs(now);
}

void save_position(const Position& position, util::Encoder& out) {
  out.u64(position.offset);
  out.u8(position.skipping ? 1 : 0);
  const Fingerprint& print = position.print;
  out.u32(print.head_size);
  out.u64(print.head);
  for (const std::uint64_t rung : print.rungs) out.u64(rung);
  out.u32(print.tail_size);
  out.u64(print.tail);
}

Position load_position(util::Decoder& in) {
  Position position;
  position.offset = in.u64();
  position.skipping = in.u8() != 0;
  position.print.head_size = std::min<std::uint32_t>(in.u32(), kHeadSize);
  position.print.head = in.u64();
  for (std::uint64_t& rung : position.print.rungs) rung = in.u64();
  position.print.tail_size = std::min<std::uint32_t>(in.u32(), kTailSize);
  position.print.tail = in.u64();
  return position;
}

void Tail::append(std::string_view bytes) {
  if (bytes.size() >= kTailSize) {
    bytes.remove_prefix(bytes.size() - kTailSize);
    std::memcpy(bytes_.data(), bytes.data(), kTailSize);
    size_ = kTailSize;
    return;
  }
  const std::size_t keep = std::min(size_, kTailSize - bytes.size());
  std::memmove(bytes_.data(), bytes_.data() + (size_ - keep), keep);
  std::memcpy(bytes_.data() + keep, bytes.data(), bytes.size());
  size_ = keep + bytes.size();
}

void Tail::append_nul(std::uint64_t count) {
  constexpr std::array<char, kTailSize> kNul{};
  append({kNul.data(), static_cast<std::size_t>(std::min<std::uint64_t>(count, kTailSize))});
}

}  // namespace routemeter::input

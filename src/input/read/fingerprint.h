// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "util/codec.h"

namespace routemeter::input {

/// Bytes at a file's beginning, and before the place reached, that tell it from other files.
inline constexpr std::size_t kHeadSize = 1024;
inline constexpr std::size_t kTailSize = 256;
/// The head is also hashed at 64, 128, ... 1024 bytes, so that a file that has become shorter than what was
/// read can be compared too. Less than a whole line tells nothing: a date and an address repeat.
inline constexpr std::size_t kFirstRung = 64;
inline constexpr std::size_t kRungs = 5;

/// The result of comparing bytes of a file with remembered ones.
enum class Match {
  kYes,
  kNo,
  kNul,    ///< no, and there is nothing but NUL there: a hole
  kShort,  ///< the file is too short to tell
};

/// Hashes of what was read of a file: no log content in the state file.
struct Fingerprint {
  std::uint32_t head_size = 0;
  std::uint64_t head = 0;
  std::array<std::uint64_t, kRungs> rungs{};
  std::uint32_t tail_size = 0;
  std::uint64_t tail = 0;

  bool operator==(const Fingerprint&) const = default;
};

/// The place up to which a file has been read: whole lines only, or, with `skipping`, into a line that is too
/// long.
struct Position {
  std::uint64_t offset = 0;
  bool skipping = false;
  Fingerprint print;  ///< of the bytes before `offset`; empty when they could not be read

  bool operator==(const Position&) const = default;
};

/// `head`: the file's first min(kHeadSize, offset) bytes; `tail`: the last min(kTailSize, offset) before it.
Fingerprint fingerprint(std::string_view head, std::string_view tail);

/// `head`: the first bytes that a file has now, kHeadSize or all. Where it has fewer than remembered, the
/// longest rung decides.
Match match_head(const Fingerprint& print, std::string_view head);
/// `tail`: the bytes that the file has before the offset now.
Match match_tail(const Fingerprint& print, std::string_view tail);
/// The same for remembered bytes.
Match match_bytes(std::string_view remembered, std::string_view now);

bool all_nul(std::string_view bytes);

void save_position(const Position& position, util::Encoder& out);
Position load_position(util::Decoder& in);

/// The last kTailSize bytes of what was appended.
class Tail {
 public:
  void append(std::string_view bytes);
  void append_nul(std::uint64_t count);
  std::string_view bytes() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, kTailSize> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace routemeter::input

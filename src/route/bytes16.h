// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace routemeter::route {

/// Sixteen bytes looked at together. Each question gives a mask with bit i for byte i.
class Bytes16 {
 public:
  /// Reads the 16 bytes at `from`.
  explicit Bytes16(const char* from) noexcept {
#ifdef __SSE2__
    bytes_ = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
#else
    std::memcpy(bytes_, from, sizeof bytes_);
#endif
  }

  std::uint32_t equal(char c) const noexcept {
#ifdef __SSE2__
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c))));
#else
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < 16; ++i) mask |= static_cast<std::uint32_t>(bytes_[i] == c) << i;
    return mask;
#endif
  }

  /// Bytes from 0x80 up.
  std::uint32_t not_ascii() const noexcept {
#ifdef __SSE2__
    return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes_));
#else
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < 16; ++i) {
      mask |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[i]) >> 7) << i;
    }
    return mask;
#endif
  }

 private:
#ifdef __SSE2__
  __m128i bytes_;
#else
  char bytes_[16];
#endif
};

/// Calls `visit(bytes, offset, valid)` for every block of `text` from its start until it returns false.
/// `valid` masks the bytes that belong to `text` and were not shown before. Never reads outside `text`.
template <typename Visit>
inline void for_blocks(std::string_view text, Visit visit) {
  const char* const data = text.data();
  const std::size_t size = text.size();
  std::size_t at = 0;
  for (; at + 16 <= size; at += 16) {
    if (!visit(Bytes16(data + at), at, 0xffffU)) return;
  }
  if (at == size) return;
  char tail[16] = {};
  // Two fixed-size copies that overlap: a copy of variable length would be a call.
  const char* const from = data + at;
  const std::size_t rest = size - at;
  if (rest >= 8) {
    std::memcpy(tail, from, 8);
    std::memcpy(tail + rest - 8, from + rest - 8, 8);
  } else if (rest >= 4) {
    std::memcpy(tail, from, 4);
    std::memcpy(tail + rest - 4, from + rest - 4, 4);
  } else {
    tail[0] = from[0];
    tail[rest / 2] = from[rest / 2];
    tail[rest - 1] = from[rest - 1];
  }
  visit(Bytes16(tail), at, (1U << rest) - 1);
}

}  // namespace routemeter::route

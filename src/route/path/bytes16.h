// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "route/path/byte_words.h"

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

  /// The `size` (1 to 15) bytes at `from`, then zeros. Loads that overlap: a copy of variable length would be
  /// a call, and one through memory would wait for its own stores.
  Bytes16(const char* from, std::size_t size) noexcept {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    if (size >= 8) {
      low = load64(from);
      high = size == 8 ? 0 : load64(from + size - 8) >> (8 * (16 - size));
    } else {
      low = load_short(from, size);
    }
#ifdef __SSE2__
    bytes_ = _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
#else
    for (std::size_t i = 0; i < 16; ++i) {
      bytes_[i] = static_cast<char>((i < 8 ? low >> (8 * i) : high >> (8 * (i - 8))) & 0xff);
    }
#endif
  }

  std::uint32_t equal(char c) const noexcept {
#ifdef __SSE2__
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c))));
#else
    return mask_of([&](std::size_t i) { return bytes_[i] == c; });
#endif
  }

  /// The bytes that are the same in both.
  std::uint32_t equal(const Bytes16& other) const noexcept {
#ifdef __SSE2__
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes_, other.bytes_)));
#else
    return mask_of([&](std::size_t i) { return bytes_[i] == other.bytes_[i]; });
#endif
  }

  /// From `first` to `last`.
  std::uint32_t within(char first, char last) const noexcept {
    const auto span = static_cast<char>(last - first);
#ifdef __SSE2__
    const __m128i above = _mm_sub_epi8(bytes_, _mm_set1_epi8(first));
    const __m128i inside = _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8(span)), above);
    return static_cast<std::uint32_t>(_mm_movemask_epi8(inside));
#else
    return mask_of([&](std::size_t i) {
      return static_cast<unsigned char>(bytes_[i] - first) <= static_cast<unsigned char>(span);
    });
#endif
  }

  /// Bytes from 0x80 up.
  std::uint32_t not_ascii() const noexcept {
#ifdef __SSE2__
    return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes_));
#else
    return mask_of([&](std::size_t i) { return static_cast<unsigned char>(bytes_[i]) >= 0x80; });
#endif
  }

 private:
#ifdef __SSE2__
  __m128i bytes_;
#else
  template <typename Is>
  static std::uint32_t mask_of(Is is) noexcept {
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < 16; ++i) mask |= std::uint32_t{is(i)} << i;
    return mask;
  }

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
  if (at == 0) {
    visit(Bytes16(data, size), std::size_t{0}, (1U << size) - 1);
  } else {
    visit(Bytes16(data + size - 16), size - 16, 0xffffU & (0xffffU << (16 - (size - at))));
  }
}

}  // namespace routemeter::route

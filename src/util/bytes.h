// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace routemeter::util {

/// Eight bytes as a number: the first byte is the lowest on any machine.
inline std::uint64_t load64(const char* from) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

/// The highest bit of each byte that is 0 (Mycroft's test): right up to the first such byte, above it a byte
/// of 1 may be taken for 0.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
  return (word - 0x0101010101010101U) & ~word & 0x8080808080808080U;
}

/// The same byte eight times.
constexpr std::uint64_t eight_times(char byte) noexcept {
  return 0x0101010101010101U * static_cast<unsigned char>(byte);
}

/// The first byte in [at, end) that is one of the needles, or `end`. Inline, because the fields of a log line
/// are so short that calling memchr costs more than the search. `begin` is the start of the readable bytes
/// (begin <= at): near `end` a whole vector is read that starts before `at`.
template <typename... Needles>
inline const char* find_any(const char* begin, const char* at, const char* end, Needles... needles) noexcept {
#ifdef __SSE2__
  const auto hits = [&](const char* from) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    __m128i found = _mm_setzero_si128();
    ((found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(needles)))), ...);
    return static_cast<unsigned>(_mm_movemask_epi8(found));
  };
  while (end - at >= 16) {
    const unsigned mask = hits(at);
    if (mask != 0) return at + __builtin_ctz(mask);
    at += 16;
  }
  if (end - begin >= 16) {
    const char* last = end - 16;
    const unsigned mask = hits(last) >> (at - last);
    return mask != 0 ? at + __builtin_ctz(mask) : end;
  }
#else
  static_cast<void>(begin);
#endif
  while (at != end && ((*at != needles) && ...)) ++at;
  return at;
}

/// Up to three needles chosen at run time, spread out beforehand so that a search has nothing to set up.
class ByteSet {
 public:
  ByteSet() : ByteSet('\0', '\0', '\0') {}
  ByteSet(char a, char b, char c) {
    const char bytes[kBytes] = {a, b, c};
    for (std::size_t i = 0; i < kBytes; ++i) {
      for (char& lane : lanes_[i]) lane = bytes[i];
    }
  }

  /// As find_any.
  const char* find(const char* begin, const char* at, const char* end) const noexcept {
#ifdef __SSE2__
    while (end - at >= 16) {
      const unsigned mask = hits(at);
      if (mask != 0) return at + __builtin_ctz(mask);
      at += 16;
    }
    if (end - begin >= 16) {
      const char* last = end - 16;
      const unsigned mask = hits(last) >> (at - last);
      return mask != 0 ? at + __builtin_ctz(mask) : end;
    }
#endif
    return find_any(begin, at, end, lanes_[0][0], lanes_[1][0], lanes_[2][0]);
  }

 private:
  static constexpr std::size_t kBytes = 3;
#ifdef __SSE2__
  unsigned hits(const char* from) const noexcept {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    const auto equal = [&](std::size_t i) {
      return _mm_cmpeq_epi8(bytes, _mm_load_si128(reinterpret_cast<const __m128i*>(lanes_[i])));
    };
    const __m128i found = _mm_or_si128(_mm_or_si128(equal(0), equal(1)), equal(2));
    return static_cast<unsigned>(_mm_movemask_epi8(found));
  }
#endif

  alignas(16) char lanes_[kBytes][16];
};

}  // namespace routemeter::util

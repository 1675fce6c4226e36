// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "util/bytes.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace routemeter::format {

/// The `size` (1 to 8) bytes before `end` as digits: 0 to 9 where they are some, more where not, 0 before
/// them. Eight bytes before `end` must be readable.
inline std::uint64_t last_digits(const char* end, std::size_t size) noexcept {
  const std::size_t shift = (64 - 8 * size) & 63;
  return (util::load64(end - 8) ^ util::eight_times('0')) >> shift << shift;
}

/// Numbers of eight digits each, read together: several in the time of one, and without a branch.
class Digits {
 public:
  static constexpr std::size_t kMost = 8;
  using Values = std::array<std::uint32_t, kMost>;

  Digits() noexcept { words_.fill(0); }
  /// As last_digits() gives them: the first digit in the lowest byte.
  void set(std::size_t number, std::uint64_t digits) noexcept { words_[number] = digits; }

  /// The values of the first `count` numbers. False when one of their bytes is no digit.
  bool read(std::size_t count, Values& out) const noexcept {
#ifdef __SSE2__
    __m128i others = _mm_setzero_si128();
    for (std::size_t i = 0; i < count; i += 4) {
      const __m128i values = _mm_packs_epi32(halves(i, others), halves(i + 2, others));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(&out[i]),
                       _mm_madd_epi16(values, _mm_set1_epi32(1 << 16 | 10000)));
    }
    return _mm_movemask_epi8(_mm_cmpeq_epi8(others, _mm_setzero_si128())) == 0xFFFF;
#else
    bool good = true;
    for (std::size_t i = 0; i < count; ++i) {
      std::uint32_t value = 0;
      for (unsigned digit = 0; digit < 8; ++digit) {
        const auto d = static_cast<std::uint32_t>(words_[i] >> (8 * digit) & 0xFF);
        good = good && d <= 9;
        value = value * 10 + d;
      }
      out[i] = value;
    }
    return good;
#endif
  }

 private:
#ifdef __SSE2__
  /// Of two numbers: their upper and lower four digits, as four values. What is no digit is noted in
  /// `others`.
  __m128i halves(std::size_t i, __m128i& others) const noexcept {
    // Two loads: one of both would have to wait until their stores have left the processor.
    const auto load = [this](std::size_t number) {
      return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(&words_[number]));
    };
    const __m128i digits = _mm_unpacklo_epi64(load(i), load(i + 1));
    others = _mm_or_si128(others, _mm_subs_epu8(digits, _mm_set1_epi8(9)));
    const __m128i tens = _mm_set1_epi32(1 << 16 | 10);
    const __m128i zero = _mm_setzero_si128();
    const __m128i pairs = _mm_packs_epi32(_mm_madd_epi16(_mm_unpacklo_epi8(digits, zero), tens),
                                          _mm_madd_epi16(_mm_unpackhi_epi8(digits, zero), tens));
    return _mm_madd_epi16(pairs, _mm_set1_epi32(1 << 16 | 100));
  }
#endif

  std::array<std::uint64_t, kMost> words_;
};

}  // namespace routemeter::format

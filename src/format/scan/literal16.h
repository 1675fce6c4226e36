// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "format/scan/scanner_types.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace routemeter::format {

/// Up to sixteen bytes that are compared at once.
class Literal16 {
 public:
  static constexpr std::size_t kSize = 16;

  /// The first bytes of `text`.
  explicit Literal16(std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), kSize);
    std::memcpy(bytes_.data(), text.data(), size);
    std::memset(mask_.data(), 0xFF, size);
  }

  /// Gathers the differences of several literals.
  class Differences {
   public:
    /// Looks at the sixteen bytes from `at`.
    void add(const Literal16& literal, const char* at) noexcept {
#ifdef __SSE2__
      const auto load = [](const char* from) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
      };
      all_ = _mm_or_si128(all_, _mm_and_si128(_mm_xor_si128(load(at), load(literal.bytes_.data())),
                                              load(literal.mask_.data())));
#else
      for (const std::size_t i : {0U, 8U}) {
        all_ |= (load64(at + i) ^ load64(&literal.bytes_[i])) & load64(&literal.mask_[i]);
      }
#endif
    }
    bool any() const noexcept {
#ifdef __SSE2__
      return _mm_movemask_epi8(_mm_cmpeq_epi8(all_, _mm_setzero_si128())) != 0xFFFF;
#else
      return all_ != 0;
#endif
    }

   private:
#ifdef __SSE2__
    __m128i all_ = _mm_setzero_si128();
#else
    std::uint64_t all_ = 0;
#endif
  };

 private:
  std::array<char, kSize> bytes_{};
  std::array<char, kSize> mask_{};
};

}  // namespace routemeter::format

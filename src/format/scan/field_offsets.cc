// SPDX-License-Identifier: Apache-2.0
#include "format/scan/field_offsets.h"

#include <algorithm>

#include "format/contract/intrinsics.h"

namespace routemeter::format {

struct FieldOffsetsWays {
  static void one_by_one(const FieldOffsets& points, const std::uint16_t* places,
                         FieldOffsets::Found& out) noexcept {
    for (std::size_t i = 0; i < points.count_; ++i) {
      out[i] = static_cast<std::uint16_t>(places[points.places_[i]] + points.offsets_[i]);
    }
  }

#ifdef __x86_64__
  [[gnu::target("avx512f,avx512bw")]] static void avx512(const FieldOffsets& points,
                                                         const std::uint16_t* places,
                                                         FieldOffsets::Found& out) noexcept {
    const __m512i low = _mm512_loadu_si512(places);
    const __m512i high = _mm512_loadu_si512(places + FieldOffsets::kGroup);
    for (std::size_t i = 0; i < points.count_; i += FieldOffsets::kGroup) {
      const __m512i wanted = _mm512_loadu_si512(&points.places_[i]);
      const __m512i offsets = _mm512_loadu_si512(&points.offsets_[i]);
      _mm512_storeu_si512(&out[i], _mm512_add_epi16(_mm512_permutex2var_epi16(low, wanted, high), offsets));
    }
  }
#endif
};

std::uint16_t FieldOffsets::add(std::size_t place, std::size_t offset) {
  places_.push_back(static_cast<std::uint16_t>(place));
  offsets_.push_back(static_cast<std::uint16_t>(offset));
  return static_cast<std::uint16_t>(count_++);
}

bool FieldOffsets::finish() {
  const std::size_t whole = (count_ + kGroup - 1) / kGroup * kGroup;
  places_.resize(whole);
  offsets_.resize(whole);
  find_ = ways().front();
  return count_ <= kMost;
}

std::vector<FieldOffsets::Find> FieldOffsets::ways() const {
  std::vector<Find> ways;
#ifdef __x86_64__
  const bool are_near =
      std::all_of(places_.begin(), places_.end(), [](std::uint16_t place) { return place < kReadable; });
  if (are_near && __builtin_cpu_supports("avx512bw") != 0) ways.push_back(FieldOffsetsWays::avx512);
#endif
  ways.push_back(FieldOffsetsWays::one_by_one);
  return ways;
}

}  // namespace routemeter::format

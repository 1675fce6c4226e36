// SPDX-License-Identifier: Apache-2.0
#include "route/path_end.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "route/bytes16.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace routemeter::route {
namespace {

PathEnd by_16(std::string_view text, const char* /*readable_end*/, Segments& out) noexcept {
  PathEnd end{text.size(), true};
  Splitter splitter(out);
  for_blocks(text, [&](const Bytes16& bytes, std::size_t offset, std::uint32_t valid) {
    const std::uint32_t cut = (bytes.equal('?') | bytes.equal('#')) & valid;
    // What stands before the cut.
    const std::uint32_t ours = cut == 0 ? valid : valid & ((cut & (0U - cut)) - 1);
    if (((bytes.equal('%') | bytes.not_ascii()) & ours) != 0) end.plain = false;
    splitter.add(bytes.equal('/') & ours, offset);
    if (cut != 0) end.size = offset + static_cast<std::size_t>(__builtin_ctz(cut));
    return cut == 0;
  });
  splitter.finish(end.size);
  return end;
}

#ifdef __x86_64__

constexpr std::size_t kStep = 64;
constexpr std::size_t kPacked = 16;  // slashes of a step that AVX-512 writes
constexpr std::uint64_t kAll = ~std::uint64_t{0};

[[gnu::target("avx2,bmi,bmi2,popcnt")]] inline std::uint64_t equal(__m256i low, __m256i high, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return std::uint64_t{second} << 32 | first;
}

/// Bytes that are no plain ones: from 0x80 up, or '%'.
[[gnu::target("avx2,bmi,bmi2,popcnt")]] inline std::uint32_t odd(__m256i bytes) {
  const __m256i percent = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('%'));
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(bytes, percent)));
}

[[gnu::target("avx2,bmi,bmi2,popcnt")]] PathEnd by_avx2(std::string_view text, const char* readable_end,
                                                        Segments& out) noexcept {
  std::size_t count = 0;
  std::uint64_t not_plain = 0;
  for (std::size_t at = 0;; at += kStep) {
    const std::size_t left = text.size() - at;
    const char* const from = text.data() + at;
    if (left < kStep && (readable_end == nullptr || readable_end - from < std::ptrdiff_t{kStep})) {
      return by_16(text, readable_end, out);
    }
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 32));
    const std::uint64_t behind = ~_bzhi_u64(kAll, static_cast<unsigned>(std::min(left, kStep)));
    const std::uint64_t ends = equal(low, high, '?') | equal(low, high, '#') | behind;
    const std::uint64_t ours = ~ends & (ends - 1);  // before the first end
    not_plain |= (std::uint64_t{odd(high)} << 32 | odd(low)) & ours;
    if (count <= kMaxSegments) {
      std::uint64_t slashes = equal(low, high, '/') & ours;
      const std::size_t found = count + static_cast<std::size_t>(_mm_popcnt_u64(slashes));
      // Eight at a time without asking whether there are so many: a branch on it would be guessed wrong.
      for (; count < found; count += 8) {
#pragma GCC unroll 8
        for (std::size_t i = 0; i < 8; ++i) {
          out.slash[count + i] = static_cast<std::uint32_t>(at + _tzcnt_u64(slashes));
          slashes = _blsr_u64(slashes);
        }
      }
      count = found;
    }
    if (ends == 0) continue;
    const std::size_t size = at + _tzcnt_u64(ends);
    out.finish(count, size);
    return {size, not_plain == 0};
  }
}

/// Loads with a mask read nothing behind the text, and one instruction packs the places of the slashes.
[[gnu::target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,popcnt")]] PathEnd by_avx512(
    std::string_view text, const char* /*readable_end*/, Segments& out) noexcept {
  static constexpr auto kNumbers = [] {
    std::array<std::uint8_t, kStep> numbers{};
    for (std::size_t i = 0; i < kStep; ++i) numbers[i] = static_cast<std::uint8_t>(i);
    return numbers;
  }();
  std::size_t count = 0;
  std::uint64_t not_plain = 0;
  for (std::size_t at = 0;; at += kStep) {
    const std::uint64_t inside = _bzhi_u64(kAll, static_cast<unsigned>(std::min(text.size() - at, kStep)));
    const __m512i bytes = _mm512_maskz_loadu_epi8(inside, text.data() + at);
    const std::uint64_t ends = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('?')) |
                               _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('#')) | ~inside;
    const std::uint64_t ours = ~ends & (ends - 1);
    not_plain |= (_mm512_movepi8_mask(bytes) | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('%'))) & ours;
    if (count <= kMaxSegments) {
      const std::uint64_t slashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('/')) & ours;
      const std::size_t found = count + static_cast<std::size_t>(_mm_popcnt_u64(slashes));
      if (found - count > kPacked) return by_16(text, nullptr, out);
      const __m512i places = _mm512_maskz_compress_epi8(slashes, _mm512_loadu_si512(kNumbers.data()));
      __m128i first;  // g++ 12 warns of its own casts, and of what has no mask
      std::memcpy(&first, &places, sizeof first);
      const __m512i wide = _mm512_maskz_cvtepu8_epi32(0xffff, first);
      _mm512_storeu_si512(&out.slash[count], _mm512_add_epi32(wide, _mm512_set1_epi32(static_cast<int>(at))));
      count = found;
    }
    if (ends == 0) continue;
    const std::size_t size = at + _tzcnt_u64(ends);
    out.finish(count, size);
    return {size, not_plain == 0};
  }
}

#endif

}  // namespace

std::vector<PathFinder::Find> PathFinder::ways() {
  std::vector<Find> ways;
#ifdef __x86_64__
  const bool common = __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0 &&
                      __builtin_cpu_supports("popcnt") != 0;
  if (common && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0) {
    ways.push_back(by_avx512);
  }
  if (common && __builtin_cpu_supports("avx2") != 0) ways.push_back(by_avx2);
#endif
  ways.push_back(by_16);
  return ways;
}

const PathFinder::Find PathFinder::kBest = ways().front();

}  // namespace routemeter::route

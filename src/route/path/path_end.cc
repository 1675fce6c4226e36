// SPDX-License-Identifier: Apache-2.0
#include "route/path/path_end.h"

#include <algorithm>

#include "route/path/bytes16.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace routemeter::route {
namespace {

// The ends from the slashes of the first bytes, once the path's own end is known.
SegmentEnds with_end(std::uint64_t slashes, std::size_t size) noexcept {
  return size < kEndsBytes ? slashes | std::uint64_t{1} << size : slashes;
}

PathEnd by_16(std::string_view text, const char* /*readable_end*/) noexcept {
  std::size_t size = text.size();
  std::uint64_t slashes = 0;
  bool plain = true;
  for_blocks(text, [&](const Bytes16& bytes, std::size_t offset, std::uint32_t valid) {
    const std::uint32_t cut = (bytes.equal('?') | bytes.equal('#')) & valid;
    // What stands before the cut.
    const std::uint32_t ours = cut == 0 ? valid : valid & ((cut & (0U - cut)) - 1);
    if (((bytes.equal('%') | bytes.not_ascii()) & ours) != 0) plain = false;
    if (offset < kEndsBytes) slashes |= std::uint64_t{bytes.equal('/') & ours} << offset;
    if (cut != 0) size = offset + static_cast<std::size_t>(__builtin_ctz(cut));
    return cut == 0;
  });
  return {with_end(slashes, size), static_cast<std::uint32_t>(size), plain};
}

#ifdef __x86_64__

constexpr std::size_t kStep = 64;
static_assert(kStep == kEndsBytes);
constexpr std::uint64_t kAll = ~std::uint64_t{0};

/// What 64 bytes show, a bit for each.
struct Look {
  std::uint64_t cuts;  // '?' and '#'
  std::uint64_t odd;   // '%' and bytes from 0x80 up
  std::uint64_t slashes;
};

/// Of the bytes that do not belong to the text: a path ends before them, as before a cut.
[[gnu::target("bmi2")]] inline std::uint64_t outside(std::size_t left) {
  return ~_bzhi_u64(kAll, static_cast<unsigned>(std::min(left, kStep)));
}

[[gnu::target("avx2")]] inline std::uint64_t bits(__m256i low, __m256i high) {
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return std::uint64_t{second} << 32 | first;
}

[[gnu::target("avx2")]] inline Look look_avx2(const char* at) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
  const __m256i query = _mm256_set1_epi8('?');
  const __m256i fragment = _mm256_set1_epi8('#');
  const __m256i percent = _mm256_set1_epi8('%');
  const __m256i slash = _mm256_set1_epi8('/');
  return {bits(_mm256_or_si256(_mm256_cmpeq_epi8(low, query), _mm256_cmpeq_epi8(low, fragment)),
               _mm256_or_si256(_mm256_cmpeq_epi8(high, query), _mm256_cmpeq_epi8(high, fragment))),
          bits(_mm256_or_si256(low, _mm256_cmpeq_epi8(low, percent)),
               _mm256_or_si256(high, _mm256_cmpeq_epi8(high, percent))),
          bits(_mm256_cmpeq_epi8(low, slash), _mm256_cmpeq_epi8(high, slash))};
}

[[gnu::target("avx2,bmi,bmi2")]] PathEnd by_avx2(std::string_view text, const char* readable_end) noexcept {
  std::uint64_t slashes = 0;
  std::uint64_t odd = 0;
  for (std::size_t at = 0;; at += kStep) {
    const std::size_t left = text.size() - at;
    const char* const from = text.data() + at;
    if (left < kStep && (readable_end == nullptr || readable_end - from < std::ptrdiff_t{kStep})) {
      return by_16(text, readable_end);
    }
    const Look look = look_avx2(from);
    const std::uint64_t ends = look.cuts | outside(left);
    const std::uint64_t ours = ~ends & (ends - 1);  // before the first end
    odd |= look.odd & ours;
    if (at == 0) slashes = look.slashes & ours;
    if (ends == 0) continue;
    const std::size_t size = at + _tzcnt_u64(ends);
    return {with_end(slashes, size), static_cast<std::uint32_t>(size), odd == 0};
  }
}

/// Loads with a mask read nothing outside of the text.
[[gnu::target("avx512f,avx512bw,bmi,bmi2")]] PathEnd by_avx512(std::string_view text,
                                                               const char* /*readable_end*/) noexcept {
  std::uint64_t slashes = 0;
  std::uint64_t odd = 0;
  for (std::size_t at = 0;; at += kStep) {
    const std::uint64_t behind = outside(text.size() - at);
    const __m512i bytes = _mm512_maskz_loadu_epi8(~behind, text.data() + at);
    const std::uint64_t ends = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('?')) |
                               _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('#')) | behind;
    const std::uint64_t ours = ~ends & (ends - 1);
    odd |= (_mm512_movepi8_mask(bytes) | _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('%'))) & ours;
    if (at == 0) slashes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('/')) & ours;
    if (ends == 0) continue;
    const std::size_t size = at + _tzcnt_u64(ends);
    return {with_end(slashes, size), static_cast<std::uint32_t>(size), odd == 0};
  }
}

#endif

}  // namespace

SegmentEnds segment_ends(std::string_view path) noexcept {
  std::uint64_t slashes = 0;
  for_blocks(path.substr(0, kEndsBytes),
             [&slashes](const Bytes16& bytes, std::size_t offset, std::uint32_t valid) {
               slashes |= std::uint64_t{bytes.equal('/') & valid} << offset;
               return true;
             });
  return with_end(slashes, path.size());
}

std::vector<PathFinder::Find> PathFinder::ways() {
  std::vector<Find> ways;
#ifdef __x86_64__
  if (__builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0) {
    if (__builtin_cpu_supports("avx512bw") != 0) ways.push_back(by_avx512);
    if (__builtin_cpu_supports("avx2") != 0) ways.push_back(by_avx2);
  }
#endif
  ways.push_back(by_16);
  return ways;
}

const PathFinder::Find PathFinder::kBest = ways().front();

}  // namespace routemeter::route

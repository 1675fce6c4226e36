// SPDX-License-Identifier: Apache-2.0
#include "format/line_index.h"

#include <array>
#include <cstring>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace routemeter::format {

#ifdef __x86_64__

namespace {

constexpr std::size_t kStep = 64;

/// Bits of 64 bytes of a line.
struct Bits {
  std::uint64_t blanks;
  std::uint64_t quotes;
};

// The functions that are inlined into build() have its target, or the compiler would refuse to.
[[gnu::target("avx2,bmi,pclmul,popcnt")]] inline std::uint64_t find(__m256i low, __m256i high, char byte) {
  const __m256i wanted = _mm256_set1_epi8(byte);
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)));
  const auto second = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)));
  return std::uint64_t{second} << 32 | first;
}

/// Adds to `backslashes` where the bytes have some.
[[gnu::target("avx2,bmi,pclmul,popcnt")]] inline Bits look_at(const char* at, __m256i& backslashes) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
  const __m256i backslash = _mm256_set1_epi8('\\');
  backslashes = _mm256_or_si256(
      backslashes, _mm256_or_si256(_mm256_cmpeq_epi8(low, backslash), _mm256_cmpeq_epi8(high, backslash)));
  return {find(low, high, ' '), find(low, high, '"')};
}

/// All ones from each odd quote on until the next one: the product with -1 without carries.
[[gnu::target("pclmul")]] inline std::uint64_t inside(std::uint64_t quotes) {
  const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(quotes)),
                                               _mm_set1_epi8(static_cast<char>(0xFF)), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

}  // namespace

struct LineIndexMaker {
  /// Writes the places of one step. Eight at a time without asking whether there are so many: how many there
  /// are differs from line to line, and a branch on it would be guessed wrong.
  [[gnu::target("avx2,bmi,pclmul,popcnt")]] static std::size_t put(std::uint16_t* out, std::uint64_t bits,
                                                                   std::size_t offset) noexcept {
    const auto count = static_cast<std::size_t>(_mm_popcnt_u64(bits));
    for (std::size_t written = 0; written < count; written += 8) {
#pragma GCC unroll 8
      for (std::size_t i = 0; i < 8; ++i) {
        out[written + i] = static_cast<std::uint16_t>(offset + _tzcnt_u64(bits));
        bits = _blsr_u64(bits);
      }
    }
    return count;
  }

  [[gnu::target("avx2,bmi,pclmul,popcnt")]] static bool avx2(std::string_view line, LineIndex& out) noexcept {
    std::uint64_t quoted = 0;  // all ones: the bytes before ended inside quotes
    __m256i backslashes = _mm256_setzero_si256();
    std::size_t count = 0;
    const std::size_t size = line.size();
    for (std::size_t at = 0; at < size; at += kStep) {
      Bits bits{};
      if (size - at >= kStep) {
        bits = look_at(line.data() + at, backslashes);
      } else if (at != 0) {
        // The last 64 bytes once more, and what is known already shifted out.
        const std::size_t known = kStep - (size - at);
        bits = look_at(line.data() + size - kStep, backslashes);
        bits = {bits.blanks >> known, bits.quotes >> known};
      } else {
        char padded[kStep] = {};
        std::memcpy(padded, line.data(), size);
        bits = look_at(padded, backslashes);
      }
      const std::uint64_t in_quotes = inside(bits.quotes) ^ quoted;
      quoted = std::uint64_t{0} - (in_quotes >> 63);
      if (count > LineIndex::kMaxPlaces) return false;
      count += put(&out.places_[count + 1], bits.quotes | (bits.blanks & ~in_quotes), at);
    }
    return _mm256_testz_si256(backslashes, backslashes) != 0 && close(count, size, out);
  }

  /// One instruction writes the places of a step: it packs the numbers 0 to 63 by the bits.
  [[gnu::target("avx512f,avx512bw,avx512vbmi2,pclmul,popcnt")]] static bool avx512(std::string_view line,
                                                                                   LineIndex& out) noexcept {
    static constexpr auto kNumbers = [] {
      std::array<std::uint8_t, kStep> numbers{};
      for (std::size_t i = 0; i < kStep; ++i) numbers[i] = static_cast<std::uint8_t>(i);
      return numbers;
    }();
    const __m512i numbers = _mm512_loadu_si512(kNumbers.data());
    std::uint64_t quoted = 0;
    std::uint64_t backslashes = 0;
    std::size_t count = 0;
    const std::size_t size = line.size();
    for (std::size_t at = 0; at < size; at += kStep) {
      const std::uint64_t ours =
          size - at >= kStep ? ~std::uint64_t{0} : (std::uint64_t{1} << (size - at)) - 1;
      const __m512i bytes = _mm512_maskz_loadu_epi8(ours, line.data() + at);
      const std::uint64_t quotes = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
      const std::uint64_t blanks = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' '));
      backslashes |= _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
      const std::uint64_t in_quotes = inside(quotes) ^ quoted;
      quoted = std::uint64_t{0} - (in_quotes >> 63);
      const std::uint64_t places = quotes | (blanks & ~in_quotes);
      const auto found = static_cast<std::size_t>(_mm_popcnt_u64(places));
      if (found > kStep / 2 || count > LineIndex::kMaxPlaces) return false;
      const __m512i packed = _mm512_maskz_compress_epi8(places, numbers);
      __m256i low;  // g++ 12 warns of its own _mm512_castsi512_si256
      std::memcpy(&low, &packed, sizeof low);
      const __m512i wide = _mm512_cvtepu8_epi16(low);
      _mm512_storeu_si512(&out.places_[count + 1],
                          _mm512_add_epi16(wide, _mm512_set1_epi16(static_cast<short>(at))));
      count += found;
    }
    return backslashes == 0 && close(count, size, out);
  }

  static bool close(std::size_t count, std::size_t size, LineIndex& out) noexcept {
    if (count > LineIndex::kMaxPlaces) return false;
    out.places_[0] = 0;
    out.places_[count + 1] = static_cast<std::uint16_t>(size);
    out.count_ = count;
    return true;
  }
};

std::vector<LineIndex::Maker> LineIndex::makers() {
  std::vector<Maker> makers;
  const bool common = __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("popcnt") != 0;
  if (common && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0) {
    makers.push_back(LineIndexMaker::avx512);
  }
  if (common && __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0) {
    makers.push_back(LineIndexMaker::avx2);
  }
  return makers;
}

#else

std::vector<LineIndex::Maker> LineIndex::makers() { return {}; }

#endif

const LineIndex::Maker LineIndex::kMaker = makers().empty() ? nullptr : makers().front();

}  // namespace routemeter::format

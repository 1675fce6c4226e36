// SPDX-License-Identifier: Apache-2.0
#include "format/contract/block_index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

#include "format/contract/intrinsics.h"

namespace routemeter::format {

#ifdef __x86_64__

namespace {

/// Bits of 64 bytes.
struct Bits {
  std::uint64_t quotes;
  std::uint64_t others;  ///< and quotes: places wherever they stand
  std::uint64_t blanks;  ///< and all others: places outside of quotes
};

/// A byte is looked up by its low four bits: where what stands there is the same byte, it is a wanted one.
/// The sixteen bytes are there for each sixteen that are looked up at once.
struct Lookup {
  alignas(64) std::array<char, 64> bytes{};

  constexpr explicit Lookup(std::string_view wanted) {
    for (std::size_t lane = 0; lane < bytes.size(); lane += 16) {
      bytes[lane] = 1;  // a zero would find itself in the first place
      for (const char c : wanted) bytes[lane + static_cast<std::size_t>(c & 0xF)] = c;
    }
  }
};
constexpr Lookup kAnywhere("\"\n\\");
constexpr Lookup kAll("\"\n\\ []");

/// All ones from each odd quote on until the next one: the product with -1 without carries.
[[gnu::target("pclmul")]] inline std::uint64_t inside(std::uint64_t quotes) {
  const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(quotes)),
                                               _mm_set1_epi8(static_cast<char>(0xFF)), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

/// A bit for each of the 64 bytes from `at` that is a place. `quoted` is all ones when the bytes before ended
/// inside quotes.
template <BlockIndex::Kind kKind>
[[gnu::target("pclmul")]] inline std::uint64_t places_of(const Bits& bits, const char* at,
                                                         std::uint64_t& quoted) {
  if constexpr (kKind == BlockIndex::Kind::kJson) return bits.others;
  std::uint64_t in_quotes = inside(bits.quotes) ^ quoted;
  // A newline or backslash inside quotes is rare. Behind a newline, which ends a line with a quote too many,
  // everything is the other way round.
  std::uint64_t suspects = bits.others & ~bits.quotes & in_quotes;
  while (suspects != 0) {
    const std::uint64_t first = suspects & (0 - suspects);
    if (at[std::countr_zero(first)] == '\n') in_quotes ^= 0 - first;
    const std::uint64_t behind = (0 - first) ^ first;
    suspects = bits.others & ~bits.quotes & in_quotes & behind;
  }
  quoted = std::uint64_t{0} - (in_quotes >> 63);
  return bits.others | (bits.blanks & ~in_quotes);
}

// The functions that are inlined into a maker have its target, or the compiler would refuse to.
[[gnu::target("avx2,bmi,pclmul,popcnt")]] inline std::uint64_t mask_of(__m256i low, __m256i high) {
  const auto first = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << 32 | first;
}

[[gnu::target("avx2,bmi,pclmul,popcnt")]] inline std::uint64_t find(const Lookup& lookup, __m256i low,
                                                                    __m256i high) {
  const __m256i table = _mm256_load_si256(reinterpret_cast<const __m256i*>(lookup.bytes.data()));
  return mask_of(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, low), low),
                 _mm256_cmpeq_epi8(_mm256_shuffle_epi8(table, high), high));
}

template <BlockIndex::Kind kKind>
[[gnu::target("avx2,bmi,pclmul,popcnt")]] inline Bits look_at(const char* at) {
  const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
  const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
  const std::uint64_t anywhere = find(kAnywhere, low, high);
  if constexpr (kKind == BlockIndex::Kind::kJson) {
    // As signed numbers those from 0x80 up are below the blank too.
    const __m256i blank = _mm256_set1_epi8(' ');
    return {0, anywhere | mask_of(_mm256_cmpgt_epi8(blank, low), _mm256_cmpgt_epi8(blank, high)), 0};
  }
  const __m256i quote = _mm256_set1_epi8('"');
  return {mask_of(_mm256_cmpeq_epi8(low, quote), _mm256_cmpeq_epi8(high, quote)), anywhere,
          find(kAll, low, high)};
}

template <BlockIndex::Kind kKind>
[[gnu::target("avx2,bmi,pclmul,popcnt")]] std::size_t make_avx2(const char* begin, std::size_t steps,
                                                                std::uint16_t* out) noexcept {
  std::uint64_t quoted = 0;
  std::uint16_t* end = out;
  for (std::size_t step = 0; step < steps; ++step) {
    const std::size_t offset = step * BlockIndex::kStep;
    std::uint64_t bits = places_of<kKind>(look_at<kKind>(begin + offset), begin + offset, quoted);
    const auto count = static_cast<std::size_t>(_mm_popcnt_u64(bits));
    // Eight at a time without asking whether there are so many: how many there are differs from step to step,
    // and a branch on it would be guessed wrong.
    for (std::size_t written = 0; written < count; written += 8) {
#pragma GCC unroll 8
      for (std::size_t i = 0; i < 8; ++i) {
        end[written + i] = static_cast<std::uint16_t>(offset + _tzcnt_u64(bits));
        bits = _blsr_u64(bits);
      }
    }
    end += count;
  }
  return static_cast<std::size_t>(end - out);
}

template <BlockIndex::Kind kKind>
[[gnu::target("avx512f,avx512bw,avx512vbmi2,pclmul,popcnt")]] std::size_t make_avx512(
    const char* begin, std::size_t steps, std::uint16_t* out) noexcept {
  static constexpr auto kNumbers = [] {
    std::array<std::uint8_t, BlockIndex::kStep> numbers{};
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<std::uint8_t>(i);
    return numbers;
  }();
  const __m512i numbers = _mm512_loadu_si512(kNumbers.data());
  const __m512i anywhere = _mm512_load_si512(kAnywhere.bytes.data());
  const __m512i all = _mm512_load_si512(kAll.bytes.data());
  const __m512i blank = _mm512_set1_epi8(' ');
  const __m512i quote = _mm512_set1_epi8('"');
  std::uint64_t quoted = 0;
  std::uint16_t* end = out;
  for (std::size_t step = 0; step < steps; ++step) {
    const std::size_t offset = step * BlockIndex::kStep;
    const __m512i bytes = _mm512_loadu_si512(begin + offset);
    Bits bits{0, _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(anywhere, bytes), bytes), 0};
    if constexpr (kKind == BlockIndex::Kind::kJson) {
      bits.others |= _mm512_cmplt_epi8_mask(bytes, blank);  // as signed numbers: those from 0x80 up too
    } else {
      bits.quotes = _mm512_cmpeq_epi8_mask(bytes, quote);
      bits.blanks = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(all, bytes), bytes);
    }
    const std::uint64_t places = places_of<kKind>(bits, begin + offset, quoted);
    // One instruction packs the numbers 0 to 63 by the bits.
    const __m512i packed = _mm512_maskz_compress_epi8(places, numbers);
    const __m512i from = _mm512_set1_epi16(static_cast<short>(offset));
    const auto count = static_cast<std::size_t>(_mm_popcnt_u64(places));
    _mm512_storeu_si512(end, _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_castsi512_si256(packed)), from));
    if (count > BlockIndex::kStep / 2) {
      _mm512_storeu_si512(end + BlockIndex::kStep / 2,
                          _mm512_add_epi16(_mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(packed, 1)), from));
    }
    end += count;
  }
  return static_cast<std::size_t>(end - out);
}

}  // namespace

std::vector<BlockIndex::Makers> BlockIndex::makers() {
  std::vector<Makers> makers;
  const bool common = __builtin_cpu_supports("pclmul") != 0 && __builtin_cpu_supports("popcnt") != 0;
  if (common && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0) {
    makers.push_back({make_avx512<Kind::kText>, make_avx512<Kind::kJson>});
  }
  if (common && __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0) {
    makers.push_back({make_avx2<Kind::kText>, make_avx2<Kind::kJson>});
  }
  return makers;
}

#else

std::vector<BlockIndex::Makers> BlockIndex::makers() { return {}; }

#endif

const BlockIndex::Makers BlockIndex::kMakers = makers().empty() ? Makers{} : makers().front();

bool BlockIndex::build(Kind kind, const char* begin, std::size_t size) noexcept {
  const std::size_t steps = std::min(size, kBytes) / kStep;
  const bool known = begin_ == begin && at_ == 0;
  if (steps == 0 || known) return false;
  begin_ = begin;
  at_ = 0;
  places_[0] = 0xFFFF;
  count_ = (kind == Kind::kJson ? kMakers.json : kMakers.text)(begin, steps, &places_[1]);
  return true;
}

void BlockIndex::skip_line() noexcept {
  std::size_t place = at_ + 1;
  while (place <= count_ && begin_[places_[place]] != '\n') ++place;
  if (place > count_) return clear();
  at_ = place;
}

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#include "format/value/fast_numbers.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "format/contract/intrinsics.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace routemeter::format {
namespace {

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

/// The value that last_digits() gives a byte that is not a digit.
constexpr std::uint64_t digit_of(char c) { return static_cast<unsigned char>(c ^ '0'); }
constexpr std::uint64_t kNothing = digit_of('-') << 56;

/// Removes the point by moving the digits before it, and returns the number of digits behind it. Nothing if
/// those are more than `most`, or if there is nothing but a point.
std::optional<unsigned> take_point(std::uint64_t& digits, unsigned most) noexcept {
  const std::uint64_t point = util::zero_bytes(digits ^ util::eight_times(static_cast<char>(digit_of('.'))));
  if (point == 0) return 0;
  const auto at = static_cast<unsigned>(std::countr_zero(point)) / 8;
  if (7 - at > most || digits == digit_of('.') << 56) return std::nullopt;
  const std::uint64_t before = (std::uint64_t{1} << (8 * at)) - 1;
  digits = (digits & ~(before << 8 | 0xFF)) | (digits & before) << 8;
  return 7 - at;
}

bool set_status(std::uint64_t status, model::Request& out) noexcept {
  out.status = static_cast<std::uint16_t>(status);
  return status >= 100 && status <= 599;
}

}  // namespace

struct FastNumbersWays {
  static bool in_pairs(const FastNumbers& numbers, const char* base, const FieldOffsets::Found& points,
                       model::Request& out) noexcept {
    Digits digits;
    std::array<std::uint64_t, FastNumbers::kMost> factors;
    std::size_t count = 0;
    out.known = {};
    for (const FastNumbers::Number& number : numbers.numbers_) {
      const std::size_t end = points[number.point + 1U];
      const std::size_t size = end - points[number.point];
      if (size - 1 >= 8) return false;
      std::uint64_t all = last_digits(base + end, size);
      const bool nothing = (all == kNothing) & (size == 1);
      out.known.add_if(!nothing, number.field);
      all &= std::uint64_t{nothing} - 1;  // no branch: every second line may have nothing
      factors[count] = 1;
      if (number.is_duration) {
        const std::optional<unsigned> decimals = take_point(all, number.decimals);
        if (!decimals) return false;
        factors[count] = kPowersOfTen[number.decimals - *decimals];
      }
      digits.set(count++, all);
    }
    if (points[numbers.status_ + 1U] - points[numbers.status_] != 3) return false;
    digits.set(count, last_digits(base + points[numbers.status_ + 1U], 3));
    Digits::Values values;
    if (!digits.read(count + 1, values)) return false;
    for (std::size_t i = 0; i < count; ++i) out.*numbers.numbers_[i].out = values[i] * factors[i];
    return set_status(values[count], out);
  }

#ifdef __x86_64__
  /// The points of the numbers, out of 64.
  [[gnu::target("avx512f,avx512bw,avx512dq")]] static __m512i of_lanes(
      __m512i low, __m512i high, const std::array<std::uint16_t, 32>& points) noexcept {
    const __m512i found = _mm512_permutex2var_epi16(low, _mm512_loadu_si512(points.data()), high);
    return _mm512_cvtepu16_epi64(_mm512_castsi512_si128(found));
  }

  /// All at once, one number a lane. Durations have three decimals or none; what has others goes the other
  /// way.
  [[gnu::target("avx512f,avx512bw,avx512dq")]] static bool in_lanes(const FastNumbers& numbers,
                                                                    const char* base,
                                                                    const FieldOffsets::Found& points,
                                                                    model::Request& out) noexcept {
    if (points[numbers.status_ + 1U] - points[numbers.status_] != 3) return false;
    const __m512i low = _mm512_loadu_si512(points.data());
    const __m512i high = _mm512_loadu_si512(&points[32]);
    const __mmask8 lanes = numbers.lanes_;
    const __m512i end = of_lanes(low, high, numbers.to_);
    const __m512i size = _mm512_sub_epi64(end, of_lanes(low, high, numbers.from_));
    const __m512i one = _mm512_set1_epi64(1);
    if (_mm512_mask_cmpge_epu64_mask(lanes, _mm512_sub_epi64(size, one), _mm512_set1_epi64(8)) != 0) {
      return false;
    }
    const __m512i bytes = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), lanes, end, base - 8, 1);
    const __m512i shift = _mm512_sub_epi64(_mm512_set1_epi64(64), _mm512_slli_epi64(size, 3));
    __m512i digits = _mm512_xor_si512(bytes, _mm512_set1_epi8('0'));
    digits = _mm512_sllv_epi64(_mm512_srlv_epi64(digits, shift), shift);
    const __mmask8 nothing = _mm512_mask_cmpeq_epi64_mask(
        _mm512_cmpeq_epi64_mask(size, one), digits, _mm512_set1_epi64(static_cast<long long>(kNothing)));
    digits = _mm512_maskz_mov_epi64(static_cast<__mmask8>(lanes & ~nothing), digits);
    // The digits before the point move over it.
    const __m512i point_byte = _mm512_set1_epi64(0xFFLL << 32);
    const __mmask8 pointed =
        _mm512_mask_cmpeq_epi64_mask(numbers.point_lanes_, _mm512_and_si512(digits, point_byte),
                                     _mm512_set1_epi64(static_cast<long long>(digit_of('.') << 32)));
    const __m512i whole = _mm512_slli_epi64(_mm512_and_si512(digits, _mm512_set1_epi64(0xFFFFFFFFLL)), 8);
    const __m512i decimals =
        _mm512_and_si512(digits, _mm512_set1_epi64(static_cast<long long>(0xFFFFFF0000000000U)));
    digits = _mm512_mask_or_epi64(digits, pointed, whole, decimals);
    if (_mm512_cmpgt_epu8_mask(digits, _mm512_set1_epi8(9)) != 0) return in_pairs(numbers, base, points, out);

    const __m512i pairs = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(1 << 8 | 10));
    const __m512i halves = _mm512_madd_epi16(pairs, _mm512_set1_epi32(1 << 16 | 100));
    const __m512i value =
        _mm512_add_epi64(_mm512_mul_epu32(halves, _mm512_set1_epi64(10000)), _mm512_srli_epi64(halves, 32));
    const __m512i factor = _mm512_mask_mov_epi64(_mm512_loadu_si512(numbers.ones_.data()), pointed,
                                                 _mm512_loadu_si512(numbers.thousandths_.data()));
    std::array<std::uint64_t, FastNumbers::kMost> values;
    _mm512_storeu_si512(values.data(), _mm512_mullo_epi64(value, factor));
    out.known = {};
    const std::size_t count = numbers.numbers_.size();
    for (std::size_t i = 0; i < count; ++i) {
      out.*numbers.numbers_[i].out = values[i];
      out.known.add_if((nothing >> i & 1) == 0, numbers.numbers_[i].field);
    }
    return set_status(values[count], out);
  }
#endif
};

void FastNumbers::add(const Number& number) {
  const std::size_t lane = numbers_.size();
  const std::uint64_t one = kPowersOfTen[number.decimals];
  const auto bit = static_cast<std::uint8_t>(1U << lane);
  from_[lane] = number.point;
  to_[lane] = static_cast<std::uint16_t>(number.point + 1);
  ones_[lane] = one;
  thousandths_[lane] = one / 1000;
  lanes_ |= bit;
  if (number.is_duration && one >= 1000) point_lanes_ |= bit;
  numbers_.push_back(number);
}

void FastNumbers::add_size(std::uint16_t point, model::Field field, std::uint64_t model::Request::*out) {
  add({point, field, false, 0, out});
}

void FastNumbers::add_duration(std::uint16_t point, model::Field field, std::uint64_t model::Request::*out,
                               model::Unit unit) {
  add({point, field, true, decimals_of(unit), out});
}

void FastNumbers::add_status(std::uint16_t point) {
  add({point, model::Field::kStatus, false, 0, nullptr});
  numbers_.pop_back();  // it has a lane, but is no number like the others
  status_ = point;
  read_ = ways().front();
}

std::vector<FastNumbers::Read> FastNumbers::ways() const {
  std::vector<Read> ways;
#ifdef __x86_64__
  const bool are_near = std::all_of(to_.begin(), to_.end(), [](std::uint16_t point) { return point < 64; });
  if (are_near && __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512dq") != 0) {
    ways.push_back(FastNumbersWays::in_lanes);
  }
#endif
  ways.push_back(FastNumbersWays::in_pairs);
  return ways;
}

}  // namespace routemeter::format

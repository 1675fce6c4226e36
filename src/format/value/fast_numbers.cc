// SPDX-License-Identifier: Apache-2.0
#include "format/value/fast_numbers.h"

#include <algorithm>

#include "format/contract/intrinsics.h"

namespace routemeter::format {
namespace {

bool set_status(std::uint64_t status, model::Request& out) noexcept {
  out.status = static_cast<std::uint16_t>(status);
  return status >= 100 && status <= 599;
}

}  // namespace

struct FastNumbersWays {
  static bool one_by_one(const FastNumbers& numbers, const char* base, const FieldOffsets::Found& points,
                         model::Request& out) noexcept {
    out.known = {};
    for (const FastNumbers::Number& number : numbers.numbers_) {
      const std::size_t end = points[number.point + 1U];
      const std::size_t size = end - points[number.point];
      if (size - 1 >= 8) return false;
      std::uint64_t digits = last_digits(base + end, size);
      const bool nothing = (digits == kNothingDigits) & (size == 1);
      out.known.add_if(!nothing, number.field);
      digits &= std::uint64_t{nothing} - 1;  // no branch: every second line may have nothing
      std::size_t decimals = number.decimals;
      if (number.is_duration && !take_point(digits, decimals)) return false;
      if (!all_digits(digits)) return false;
      out.*number.out = value_of(digits) * kPowersOfTen[decimals];
    }
    const std::uint64_t status = last_digits(base + points[numbers.status_ + 1U], 3);
    return points[numbers.status_ + 1U] - points[numbers.status_] == 3 && all_digits(status) &&
           set_status(value_of(status), out);
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
    const __mmask8 nothing =
        _mm512_mask_cmpeq_epi64_mask(_mm512_cmpeq_epi64_mask(size, one), digits,
                                     _mm512_set1_epi64(static_cast<long long>(kNothingDigits)));
    digits = _mm512_maskz_mov_epi64(static_cast<__mmask8>(lanes & ~nothing), digits);
    // The digits before the point move over it.
    const __m512i point_byte = _mm512_set1_epi64(0xFFLL << 32);
    const __mmask8 pointed = _mm512_mask_cmpeq_epi64_mask(
        numbers.point_lanes_, _mm512_and_si512(digits, point_byte),
        _mm512_set1_epi64(static_cast<long long>(std::uint64_t{as_digit('.')} << 32)));
    const __m512i whole = _mm512_slli_epi64(_mm512_and_si512(digits, _mm512_set1_epi64(0xFFFFFFFFLL)), 8);
    const __m512i decimals =
        _mm512_and_si512(digits, _mm512_set1_epi64(static_cast<long long>(0xFFFFFF0000000000U)));
    digits = _mm512_mask_or_epi64(digits, pointed, whole, decimals);
    if (_mm512_cmpgt_epu8_mask(digits, _mm512_set1_epi8(9)) != 0)
      return one_by_one(numbers, base, points, out);

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

void FastNumbers::add_lane(const Number& number) {
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

void FastNumbers::add(std::uint16_t point, const NumberField& number, model::Unit unit) {
  const std::uint8_t decimals = number.is_duration ? decimals_of(unit) : std::uint8_t{0};
  add_lane({point, number.field, number.is_duration, decimals, number.out});
}

void FastNumbers::add_status(std::uint16_t point) {
  add_lane({point, model::Field::kStatus, false, 0, nullptr});
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
  ways.push_back(FastNumbersWays::one_by_one);
  return ways;
}

}  // namespace routemeter::format

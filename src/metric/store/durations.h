// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace routemeter::metric {

/// The greatest number of nanoseconds not above a number of seconds, read as the decimal a person wrote:
/// 0.1 is exactly 100000000. Saturates. `seconds` is not negative and not NaN.
std::uint64_t decimal_nanoseconds(double seconds);

/// The borders of a histogram of durations, without +Inf.
class Buckets {
 public:
  /// `seconds` is increasing and finite.
  explicit Buckets(std::vector<double> seconds);

  const std::vector<double>& seconds() const { return seconds_; }
  /// Number of buckets, +Inf included.
  std::size_t size() const { return seconds_.size() + 1; }

  /// The bucket of a duration, borders inclusive: 0 .. size()-1. Without a branch that depends on the
  /// data: real latencies jump between buckets, and a mispredicted branch costs more than all of this.
  std::size_t find(std::uint64_t ns) const noexcept {
    std::size_t bucket = first_[step_of(ns)];
    bucket += ns > borders_[bucket] ? 1 : 0;
    for (unsigned i = 1; i < compares_; ++i) bucket += ns > borders_[bucket] ? 1 : 0;
    return bucket;
  }

 private:
  // A logarithmic scale with eight steps per power of two, monotone in ns.
  static constexpr std::size_t kSteps = 61 * 8 + 8;
  static constexpr std::size_t step_of(std::uint64_t ns) noexcept {
    const auto shift = static_cast<unsigned>(std::bit_width(ns | 8)) - 4;
    return (std::size_t{shift} << 3) + static_cast<std::size_t>(ns >> shift);
  }

  std::vector<double> seconds_;
  std::vector<std::uint64_t> borders_;         // ns, then the greatest number as a stop for +Inf
  std::array<std::uint16_t, kSteps> first_{};  // the bucket of the least duration of a step
  unsigned compares_ = 0;                      // the most borders that lie within one step
};

/// Python's round(x, decimals) for x = the double nearest to a duration, in integers
/// (tests/conformance/README.md step 11): ties are decided by where that double lies, and only a double
/// exactly on the tie goes to even.
class Rounding {
 public:
  /// 9 or more decimals change nothing; negative ones round to tens, hundreds ... of seconds.
  explicit Rounding(int decimals);

  /// Nanoseconds in and out, the result a whole multiple of 10^-decimals seconds. Beyond 2^53 ns
  /// (104 days) ties go to even as decimals do; what would not fit 64 bits stays as it is.
  std::uint64_t operator()(std::uint64_t ns) const noexcept;

 private:
  std::uint64_t unit_;  // 0 = everything becomes 0
};

}  // namespace routemeter::metric

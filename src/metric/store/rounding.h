// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace routemeter::metric {

/// Python's round(x, decimals) for x = the double nearest to a duration, in integers (instrumentator.md 1.3
/// step 11): ties are decided by where that double lies, and only a double exactly on the tie goes to even.
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

// SPDX-License-Identifier: Apache-2.0
#include "metric/store/rounding.h"

#include <cmath>
#include <limits>

namespace routemeter::metric {
namespace {

constexpr std::uint64_t kExactDouble = 1ULL << 53;

// -1, 0, 1: the double nearest to ns/1e9 lies below, on or above that decimal.
int side_of_double(std::uint64_t ns) noexcept {
  if (ns >= kExactDouble) return 0;
  const auto exact = static_cast<double>(ns);
  const double seconds = exact / 1e9;
  // One rounding only, so the sign of the residual is exact.
  const double residual = std::fma(seconds, 1e9, -exact);
  return residual > 0 ? 1 : (residual < 0 ? -1 : 0);
}

}  // namespace

Rounding::Rounding(int decimals) : unit_(1) {
  for (int d = decimals; d < 9 && unit_ != 0; ++d) {
    unit_ = unit_ > std::numeric_limits<std::uint64_t>::max() / 10 ? 0 : unit_ * 10;
  }
}

std::uint64_t Rounding::operator()(std::uint64_t ns) const noexcept {
  if (unit_ <= 1) return unit_ == 0 ? 0 : ns;
  const std::uint64_t rest = ns % unit_;
  const std::uint64_t down = ns - rest;
  const std::uint64_t half = unit_ / 2;
  bool up = rest > half;
  if (rest == half) {
    const int side = side_of_double(ns);
    up = side > 0 || (side == 0 && (down / unit_) % 2 == 1);
  }
  // Up or down is anybody's guess, so there is no branch for it.
  const std::uint64_t rounded = down + (unit_ & -std::uint64_t{up});
  return rounded < down ? ns : rounded;
}

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include "metric/store/durations.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace routemeter::metric {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

constexpr std::uint64_t least_of_step(std::size_t step) {
  return step < 16 ? step : std::uint64_t{8 + step % 8} << (step / 8 - 1);
}

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

std::uint64_t decimal_nanoseconds(double seconds) {
  // The shortest decimal, then nine of its decimal places: "0.125" is 0 and 125000000.
  std::array<char, 400> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed).ptr;
  const std::string_view number(text.data(), static_cast<std::size_t>(end - text.data()));
  const std::size_t point = std::min(number.find('.'), number.size());
  std::string digits(number.substr(0, point));
  digits += number.substr(std::min(point + 1, number.size()), 9);
  digits.resize(point + 9, '0');
  std::uint64_t ns = kMax;  // and so it stays where it does not fit
  std::from_chars(digits.data(), digits.data() + digits.size(), ns);
  return ns;
}

Buckets::Buckets(std::vector<double> seconds) : seconds_(std::move(seconds)) {
  for (const double s : seconds_) borders_.push_back(decimal_nanoseconds(s));
  for (std::size_t step = 0; step < kSteps; ++step) {
    const auto first = std::lower_bound(borders_.begin(), borders_.end(), least_of_step(step));
    const auto last =
        step + 1 < kSteps ? std::lower_bound(first, borders_.end(), least_of_step(step + 1)) : borders_.end();
    first_[step] = static_cast<std::uint16_t>(first - borders_.begin());
    compares_ = std::max(compares_, static_cast<unsigned>(last - first));
  }
  borders_.push_back(kMax);
}

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

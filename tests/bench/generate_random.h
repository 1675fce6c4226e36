// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace routemeter::bench {

// splitmix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  /// In [0, bound), bound below 2^32; the slight bias does not matter here.
  unsigned below(std::uint64_t bound) { return static_cast<unsigned>(((next() >> 32) * bound) >> 32); }
  bool one_in(unsigned n) { return below(n) == 0; }
  /// In [0, bound), the small numbers far more often: every power of two as often as the one below it.
  unsigned skewed(unsigned bound) {
    unsigned bits = 1;
    while ((1U << bits) < bound) ++bits;
    const unsigned value = below(std::uint64_t{1} << (1 + below(bits)));
    return value < bound ? value : below(bound);
  }
  template <std::size_t N>
  std::string_view pick(const std::string_view (&of)[N]) {
    return of[below(N)];
  }

 private:
  std::uint64_t state_;
};

}  // namespace routemeter::bench

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace routemeter::metric {

/// A packed (handler, method, status): 32, 22 and 10 bits.
using SeriesKey = std::uint64_t;

inline constexpr unsigned kMethodShift = 10;
inline constexpr unsigned kHandlerShift = 32;
inline constexpr SeriesKey kStatusMask = (SeriesKey{1} << kMethodShift) - 1;
inline constexpr SeriesKey kMethodMask = ((SeriesKey{1} << kHandlerShift) - 1) & ~kStatusMask;
inline constexpr SeriesKey kHandlerMask = ~(kStatusMask | kMethodMask);
/// How many methods a log may bring, beside those of the rule file.
inline constexpr std::uint64_t kMaxMethods = (1U << 22) - 1000;

constexpr SeriesKey pack(std::uint32_t handler, std::uint32_t method, std::uint32_t status) {
  return SeriesKey{handler} << kHandlerShift | SeriesKey{method} << kMethodShift | status;
}
constexpr std::uint32_t handler_of(SeriesKey key) { return static_cast<std::uint32_t>(key >> kHandlerShift); }
constexpr std::uint32_t method_of(SeriesKey key) {
  return static_cast<std::uint32_t>((key & kMethodMask) >> kMethodShift);
}
constexpr std::uint32_t status_of(SeriesKey key) { return static_cast<std::uint32_t>(key & kStatusMask); }

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

namespace routemeter::route {

/// Index into RuleFile::routes; kNoRule is larger than any.
using RuleIndex = std::uint32_t;
inline constexpr RuleIndex kNoRule = 0xffffffffU;

/// What a request brings beside its path, as the ids of request_ids.h.
struct Ask {
  std::uint64_t method = 0;  ///< one bit
  std::uint64_t host = 0;    ///< this wide, so that the two are passed in two registers as they are
};

inline constexpr std::uint32_t kMaxHost = 0x7fffffffU;

/// A rule, and what it wants beside the path.
struct Guard {
  std::uint64_t methods = ~0ULL;
  RuleIndex rule = kNoRule;
  std::uint32_t host : 31 = 0;  ///< at most kMaxHost; 0 = any
  std::uint32_t stop : 1 = 0;
};

/// The best rules found so far. The order of the file decides, whichever engine finds a rule: so a search
/// may leave out everything that is not below `full`.
struct Best {
  RuleIndex full = kNoRule;     ///< first rule whose path and method match
  RuleIndex partial = kNoRule;  ///< first rule whose path matches but not its method; never a stop

  /// A rule whose path matches; kNoRule changes nothing.
  void offer(const Guard& guard, const Ask& ask) noexcept {
    if (guard.host != 0 && guard.host != ask.host) return;
    if ((guard.methods & ask.method) != 0) {
      full = std::min(full, guard.rule);
    } else if (guard.stop == 0) {
      partial = std::min(partial, guard.rule);
    }
  }
};

}  // namespace routemeter::route

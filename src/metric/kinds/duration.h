// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "metric/contract/info.h"

namespace routemeter::metric {

/// The duration that a histogram was told to use: the whole one, or that to the first byte.
inline std::uint64_t duration_of(const Info& info, model::Field field) noexcept {
  return field == model::Field::kTimeToFirstByte ? info.time_to_first_byte_ns : info.duration_ns;
}

}  // namespace routemeter::metric

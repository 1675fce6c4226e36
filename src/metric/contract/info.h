// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "model/request.h"

namespace routemeter::metric {

/// Dense number of a (handler, method, status) triple, given by Store::series().
using SeriesId = std::uint32_t;

/// What a plugin sees of one request: the library's Info, as numbers.
struct Info {
  SeriesId series = 0;
  std::uint16_t status = 0;                 ///< 100..599
  model::FieldSet known;                    ///< which of the numbers below the line had
  std::uint64_t duration_ns = 0;            ///< after rounding
  std::uint64_t time_to_first_byte_ns = 0;  ///< after rounding
  std::uint64_t request_size = 0;
  std::uint64_t response_size = 0;
};

}  // namespace routemeter::metric

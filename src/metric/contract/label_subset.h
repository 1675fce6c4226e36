// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace routemeter::metric {

/// Which of the three request labels a family has.
struct LabelSubset {
  bool handler = false;
  bool method = false;
  bool status = false;

  constexpr LabelSubset operator|(LabelSubset o) const {
    return {handler || o.handler, method || o.method, status || o.status};
  }
  constexpr bool operator==(const LabelSubset&) const = default;
  constexpr bool none() const { return !handler && !method && !status; }
};

inline constexpr LabelSubset kNoLabels = {};
inline constexpr LabelSubset kAllLabels = {true, true, true};

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "model/vocabulary.h"

// The names and borders that a rule file may write: one check and one set of words, for the loader, which
// knows the place in the file, and for metric, which takes rule files made by hand too.

namespace routemeter::model {

/// Names that routemeter or Prometheus put on series themselves.
inline constexpr auto kReservedLabels = [] {
  std::array<std::string_view, kRequestLabels.size() + 2> names = {"le", "quantile"};
  std::ranges::transform(kRequestLabels, names.begin() + 2, &RequestLabel::name);
  return names;
}();

/// Why something is refused, and what to do.
struct Refusal {
  std::string message;
  std::string hint;
};

/// Of a metric, a namespace or a subsystem.
std::optional<Refusal> refuse_metric_name(std::string_view name);

/// Of a static label.
std::optional<Refusal> refuse_label_name(std::string_view name);

/// Of a bucket in seconds, NaN = no number, behind the border before it. `shown` is how it is written.
std::optional<Refusal> refuse_border(double seconds, std::optional<double> before, std::string_view shown);

/// Of a list without a border below +Inf, which stands under `key`.
Refusal refuse_no_border(std::string_view key);

}  // namespace routemeter::model

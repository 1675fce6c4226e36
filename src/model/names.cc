// SPDX-License-Identifier: Apache-2.0
#include "model/names.h"

#include <algorithm>
#include <cmath>

#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::model {
namespace {

constexpr std::string_view kNameForm = "write letters, digits and '_', not beginning with a digit";

}  // namespace

std::optional<Refusal> refuse_metric_name(std::string_view name) {
  if (util::is_name(name)) return std::nullopt;
  const bool colon = name.find(':') != std::string_view::npos;
  return Refusal{fmt::format("'{}' is not a metric name", name),
                 std::string(colon ? "colons are for the names of recording rules; write '_'" : kNameForm)};
}

std::optional<Refusal> refuse_label_name(std::string_view name) {
  if (!util::is_name(name))
    return Refusal{fmt::format("'{}' is not a label name", name), std::string(kNameForm)};
  if (name.starts_with("__"))
    return Refusal{"label names beginning with '__' are reserved to Prometheus", "choose another name"};
  if (std::ranges::find(kReservedLabels, name) != kReservedLabels.end())
    return Refusal{fmt::format("the label '{}' is set by routemeter itself", name), "choose another name"};
  return std::nullopt;
}

std::optional<Refusal> refuse_border(double seconds, std::optional<double> before, std::string_view shown) {
  if (std::isnan(seconds)) {
    return Refusal{fmt::format("a bucket border is a number, not {}", shown),
                   "write seconds, such as 0.25, or +Inf at the end"};
  }
  if (seconds < 0) return Refusal{"a bucket border below 0", "durations are never negative"};
  if (!before || seconds > *before) return std::nullopt;
  if (seconds == *before)
    return Refusal{fmt::format("bucket border {} is there twice", shown), "remove one of them"};
  return Refusal{fmt::format("bucket border {} is below the one before it", shown),
                 "sort the borders upwards"};
}

Refusal refuse_no_border(std::string_view key) {
  return {fmt::format("'{}' needs a border below +Inf", key),
          "write borders in seconds, or leave the key out for the default ones"};
}

}  // namespace routemeter::model

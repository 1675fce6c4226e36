// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/snapshot.h"

namespace routemeter::check {

/// What is wrong with a name, as `promtool check metrics` (promlint) sees it, and a better one.
struct NameProblem {
  std::string message;
  std::string hint;
};

/// `name` is the whole name of a family, counters with their _total.
std::optional<NameProblem> lint_metric_name(std::string_view name, model::MetricType type);
/// True for camelCase, which neither metrics nor labels should be.
bool is_camel_case(std::string_view name);
/// The same in snake_case.
std::string snake_case(std::string_view name);

}  // namespace routemeter::check

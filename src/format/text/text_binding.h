// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "format/text/text_plan.h"

namespace routemeter::format {

/// Which piece of a plan feeds a Field, and how to read it.
struct Source {
  std::size_t piece = 0;
  bool list = false;
  model::Unit unit = model::Unit::kSeconds;
};

/// By Field.
using Binding = std::array<std::optional<Source>, static_cast<std::size_t>(model::Field::kCount)>;

inline std::optional<Source>& at(Binding& binding, model::Field field) {
  return binding[static_cast<std::size_t>(field)];
}
inline const std::optional<Source>& at(const Binding& binding, model::Field field) {
  return binding[static_cast<std::size_t>(field)];
}

/// spec.fields first, then the plan's defaults. Errors: a field that the string does not have, and a string
/// without a request line (or method and target) or without a status.
util::Result<Binding> bind_fields(const TextPlan& plan, const model::FormatSpec& spec);

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "format/contract/format.h"
#include "format/json/json_plan.h"
#include "model/reason.h"

namespace routemeter::format {

/// Why a line is no request of that plan, with the reason that the parser gave. `uses` are the keys that
/// feed the line's fields, empty when no dialect fits it.
std::optional<Mismatch> explain_json(model::Reason reason, const JsonPlan& plan,
                                     std::span<const FieldUse> uses, std::string_view line);

}  // namespace routemeter::format

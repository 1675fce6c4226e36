// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "tools/explain/explainer.h"

namespace routemeter::explain {

/// The line for the rule file's `tests` that holds what was explained, "  - GET /items/42 ->
/// /items/{item_id}", without newline; none for a request that a rule file cannot write down. `host` and
/// `status` are asked for only where they matter: a host if the file has rules for one, a status if
/// `with_status`.
std::optional<std::string> test_line(const model::Request& request, const Explanation& explanation,
                                     const model::RuleFile& rules, bool with_status);

}  // namespace routemeter::explain

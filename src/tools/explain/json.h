// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tools/explain/explainer.h"

namespace routemeter::explain {

/// The explanation as one JSON object on one line, without newline (DESIGN.md section 4).
std::string to_json(const Explanation& explanation, const model::RuleFile& rules);

}  // namespace routemeter::explain

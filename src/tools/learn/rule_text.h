// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tools/learn/learn.h"

namespace routemeter::learn {

/// What was learned as a rule file: it loads, its tests pass, and evidence stands beside each rule. ASCII but
/// for words of the routes. `logs` and `rules` (empty = none) as the user named them.
std::string rule_text(const Learned& learned, const std::vector<std::string>& logs, const std::string& rules);

}  // namespace routemeter::learn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tools/explain/explainer.h"

namespace routemeter::explain {

/// Rules up to which a file is shown as a whole.
inline constexpr std::size_t kSmallFile = 20;
/// Of a larger file: so many of the rules that come nearest, beside those that match.
inline constexpr std::size_t kNearest = 5;

/// The rules that were considered, a line each in the order of the file: line number, text, and what it says
/// to the request. `all`: every one, however large the file is.
std::vector<std::string> rule_list(const model::Request& request, const Explanation& explanation,
                                   const Explainer& explainer, bool all);

}  // namespace routemeter::explain

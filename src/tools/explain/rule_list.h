// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule_file.h"
#include "tools/explain/explainer.h"

namespace routemeter::explain {

/// Rules up to which a file is shown as a whole.
inline constexpr std::size_t kSmallFile = 20;
/// Rules of a larger file that are shown beside those that match: the nearest ones.
inline constexpr std::size_t kNearest = 5;

/// The rules that were considered, a line each in the order of the file: line number, text, and what it says
/// to the request. `all`: every one, however large the file is.
std::vector<std::string> rule_list(const model::Request& request, const Explanation& explanation,
                                   const Explainer& explainer, bool all);

/// The place where a rule's path and a request's path differ.
struct WhyNot {
  std::size_t agreeing = 0;  ///< segments of a template that fit before that: how near the rule is
  std::string text;          ///< for people, without control bytes; empty for a template that fits after all
};

/// Why the rule's path does not match. Of a pattern only that it does not: RE2 does not tell where.
WhyNot why_not(const model::Rule& rule, std::string_view path);

}  // namespace routemeter::explain

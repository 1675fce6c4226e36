// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "model/rule_file.h"

namespace routemeter::explain {

/// Where a rule's path and a request's part.
struct WhyNot {
  std::size_t agreeing = 0;  ///< segments of a template that fit before that: how near the rule is
  std::string text;          ///< for people, without control bytes; empty for a template that fits after all
};

/// Why the rule's path does not match. Of a pattern only that it does not: RE2 does not tell where.
WhyNot why_not(const model::Rule& rule, std::string_view path);

}  // namespace routemeter::explain

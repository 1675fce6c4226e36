// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/rule_file.h"

namespace routemeter::rules {

/// A rule as an entry of `routes`, in YAML: "GET,PUT /items/{id}" where that says it, else a map.
std::string rule_entry(const model::Rule& rule);

/// A test as an entry of `tests`: "GET /items/1 -> /items/{id}", or a map.
std::string test_entry(const model::RuleTest& test);

/// The rule as a person names it: methods and path.
std::string rule_name(const model::Rule& rule);

}  // namespace routemeter::rules

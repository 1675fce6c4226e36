// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/load_context.h"

namespace routemeter::route {

/// `routes`: the ordered rules, as strings ("GET,PUT /users/{id:int}") or maps.
void load_routes(LoadContext& context, const YamlNode& node);

/// `exclude`: RE2 patterns, not compiled here.
void load_exclude(LoadContext& context, const YamlNode& node);

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/load_context.h"

namespace routemeter::route {

/// `tests`: "GET /items/42 -> /items/{item_id}" (or "excluded", "none"), or a map with further conditions.
void load_tests(LoadContext& context, const YamlNode& node);

}  // namespace routemeter::route

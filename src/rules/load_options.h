// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "rules/load_context.h"

namespace routemeter::route {

/// `options`: the switches of the library's constructor, and ours.
void load_options(LoadContext& context, const YamlNode& node);

/// `labels`: static labels on every family; numbers and booleans are taken as they are written.
void load_static_labels(LoadContext& context, const YamlNode& node);

/// `limits`.
void load_limits(LoadContext& context, const YamlNode& node);

/// `namespace`, `subsystem` or the `name` of a metric: [a-zA-Z_][a-zA-Z0-9_]*. Empty means none.
std::string load_metric_name(LoadContext& context, const YamlNode& node, std::string_view what);

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/load_context.h"

namespace routemeter::route {

/// `metrics`: a list of kinds, each alone or with its options. Name clashes are for metric to find.
void load_metrics(LoadContext& context, const YamlNode& node);

}  // namespace routemeter::route

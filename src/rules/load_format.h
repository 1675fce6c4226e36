// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/load_context.h"

namespace routemeter::route {

/// `format`: a preset or format string, alone or in a map with its escape and envelope. Not compiled here.
void load_format(LoadContext& context, const YamlNode& node);

/// `fields`: which log field feeds what. Whether the format has such a field is for format to say.
void load_fields(LoadContext& context, const YamlNode& node);

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "route/template/template.h"

namespace routemeter::route {

/// The template that means the same as this RE2 matched over a whole path, when there is one: `/static/.*`,
/// `/items/[^/]+/v\.1`, `/n/[0-9]+`. Most patterns that people write are such, and the trie decides those
/// for a tenth of a regex's price.
std::optional<std::vector<TemplatePart>> simple_pattern(std::string_view pattern);

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace routemeter::route {

/// A text of so many bytes that every match contains keeps a pattern from being tried where it is not.
inline constexpr std::size_t kSelectiveText = 3;

/// True when neither the tree of templates nor such a text spares a Resolver from running this pattern on
/// every path that no rule before it takes. `pattern` has passed compile().
bool tried_on_every_path(std::string_view pattern);

}  // namespace routemeter::route

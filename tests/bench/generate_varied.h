// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "generate_random.h"

// An application as people have them, for `learn`: many styles of routes, words beside parameters, values of
// every form. No two seeds have the same routes, nor the same ones in front.

namespace routemeter::bench {

/// `count` rules "METHODS /path", in matching order.
std::vector<std::string> varied_routes(std::size_t count, Random& random);

/// A value for the parameter: its form is in the name's last word ("_slug", "_id"), or the name is one of the
/// known ones.
std::string varied_value(std::string_view name, Random& random);

/// What nobody has a route for: scanners, typing errors, old links. `route` is one that the application has.
std::string noise_target(std::string_view route, Random& random);

}  // namespace routemeter::bench

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/learn/node.h"

namespace routemeter::learn {

/// Which of the words below a node are values of one parameter; empty = none. Judged by how many they are and
/// where they stand, by what can follow them, and by how often they are asked for.
std::vector<std::string> values_among(const Node& node, const std::vector<std::string>& words,
                                      const Place& place);

/// All words but the `keep` that are most likely fixed: words of routes first, then by requests.
std::vector<std::string> least_of(const Node& node, const std::vector<std::string>& words, std::size_t keep);

}  // namespace routemeter::learn

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "tools/learn/node.h"

namespace routemeter::learn {

/// Merges children of a node that are values of one parameter: composites of one form, files of one
/// extension, words that look alike or are many, and all kinds of values that have the same routes below.
/// Returns how many nodes are gone.
std::size_t merge_alike(Node& node, const Place& place);

/// The same for a node that has more words than there is room for: at least half of them are merged, those
/// with the fewest requests.
std::size_t merge_crowd(Node& node);

}  // namespace routemeter::learn

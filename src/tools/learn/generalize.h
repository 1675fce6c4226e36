// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/learn/path_trie.h"

namespace routemeter::learn {

/// Turns the tree of what was asked for into the tree of routes: from the root on, values among the words of
/// each node are merged, folders of static files become one path, and a slash at the end is taken for the
/// redirect that it is.
void generalize(Node& root);

/// Merges children of a node that has more words than there is room for: composites of one form, files of one
/// extension, then the words with the fewest requests, until half of them are merged. Returns how many nodes
/// are gone.
std::size_t merge_crowd(Node& node);

/// The words below a node that are values of one parameter; empty = none. Judged by how many they are and
/// where they stand, by what can follow them, and by how often they are asked for.
std::vector<std::string> values_among(const Node& node, const std::vector<std::string>& words,
                                      const Place& place);

/// All words but the `keep` that are most likely fixed: words of routes first, then by requests.
std::vector<std::string> least_of(const Node& node, const std::vector<std::string>& words, std::size_t keep);

}  // namespace routemeter::learn

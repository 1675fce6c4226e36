// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/learn/learned_template.h"
#include "tools/learn/path_trie.h"

namespace routemeter::learn {

/// A route that the log proves.
struct Route {
  Template pattern;
  std::vector<std::string_view> methods;  ///< empty = any
  const Node* node = nullptr;             ///< its place in the tree, for hits and values
  std::vector<std::string> examples;      ///< targets, up to two
};

/// A place that only ever refused, or that only scanners ask for.
struct Noise {
  std::string path;  ///< printable ASCII, values as "*"
  std::uint64_t hits = 0;
};

struct RoutesFound {
  std::vector<Route> routes;        ///< in matching order: words before composites before values before paths
  std::vector<Noise> not_routes;    ///< redirected like everything, and never found
  std::uint64_t rare = 0;           ///< places left out for having fewer requests than wanted
  std::uint64_t rare_requests = 0;  ///< and their requests
};

/// The routes of a generalized tree that were answered at least `min_hits` times.
RoutesFound routes_of(const Node& root, std::uint64_t min_hits, bool converters);

/// Gives the requests below `doubts` that belong to a route of `root` to it, by what was refused there; the
/// rest comes back.
std::vector<Noise> settle(const Node& doubts, Node& root);

}  // namespace routemeter::learn

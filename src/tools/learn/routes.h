// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tools/learn/path_trie.h"

namespace routemeter::learn {

/// One edge on the way to a route, with what stands behind it.
struct Step {
  std::string_view edge;
  const Node* node = nullptr;
};

struct Parameter {
  std::string name;
  const Node* node = nullptr;
};

struct Template {
  std::string text;                   ///< "/items/{item_id}"
  std::vector<Parameter> parameters;  ///< one for each edge that is no word, named by its first parameter
};

/// The steps from the root to a route as a template. Parameters are named for the word before them and their
/// values; `converters` adds :int and :uuid where all values are such. A node's own_converter always has one.
Template template_of(const std::vector<Step>& steps, bool converters);

/// A path that goes that way, percent-encoded ASCII; `which` chooses among the examples. Random tokens and
/// e-mail addresses, which may be secrets, are replaced by made-up ones.
std::string example_of(const std::vector<Step>& steps, std::size_t which);
/// One example value for people, in the same way.
std::string shown_value(const Node& node, Kind kind, std::size_t which);

/// Percent-encodes all but unreserved characters, sub-delims, ':', '@' and '/'.
std::string encoded(std::string_view decoded);

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

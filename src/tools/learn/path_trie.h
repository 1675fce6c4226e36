// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "tools/learn/evidence.h"
#include "tools/learn/segment.h"

namespace routemeter::learn {

/// A place in the tree of paths, with the requests for it and for what is below.
struct Node {
  // By edge (segment.h); in order, so that the result does not depend on hashes.
  std::map<std::string, std::unique_ptr<Node>, std::less<>> children;
  Ends ends;
  std::uint64_t hits = 0;          ///< requests here and below
  std::unique_ptr<Values> values;  ///< of the edge that leads here; null when it is a word
  std::size_t words = 0;           ///< children whose edge is literal
  bool merged = false;             ///< has edges that merging has made
  bool mixed = false;              ///< values of several kinds
  bool own_converter = false;      ///< other values beside these have other routes below
};

/// Nothing below, but perhaps a slash.
bool is_leaf(const Node& node);
/// The child of a literal edge or null.
Node* child_of(const Node& node, std::string_view edge);
/// The child of a value edge; made when it is not there. `made` counts.
Node& value_child(Node& node, std::string_view edge, std::size_t& made);
/// Moves the child of `edge` with everything below into `into`, as one more of its values. Returns how many
/// nodes are gone.
std::size_t absorb_child(Node& parent, std::string_view edge, Node& into);

/// The methods that end at a node and the edges below it, with the number of requests each; all kinds of
/// values are one edge.
using Features = std::map<std::string, std::uint64_t, std::less<>>;
Features features_of(const Node& node);
inline constexpr char kAnyValue[] = {kMark, '\0'};
inline bool is_method(std::string_view feature) { return feature.size() == 2 && feature[0] == kMark; }

/// The surroundings of a node, for judging its children.
struct Place {
  std::string_view before;  ///< the word that leads to the node; empty = none, or a value does
  bool root = false;
};

struct TrieLimits {
  std::size_t words = 256;    ///< different words below one node before they are merged
  std::size_t nodes = 60000;  ///< over all
  std::size_t depth = 16;     ///< segments; deeper ones are one value
};

/// The paths of a log as a tree of segments in bounded memory. Segments that are values by their form share
/// an edge from the start; words that are too many are merged when they are.
class Trie {
 public:
  explicit Trie(const TrieLimits& limits) : limits_(limits) {}

  /// Adds one request. `path` is decoded and begins with '/'.
  void add(std::string_view path, std::uint8_t method, Proof proof);

  Node& root() { return root_; }
  const Node& root() const { return root_; }
  /// True when words were merged for being too many, before all were seen.
  bool crowded() const { return crowded_; }
  /// Requests that were not added, since the tree was full.
  std::uint64_t dropped() const { return dropped_; }

 private:
  Node* step(Node& node, std::string_view segment, std::string_view before);
  Node* known_value(Node& node, std::string_view word);
  bool make_room();

  TrieLimits limits_;
  Node root_;
  std::size_t nodes_ = 1;
  bool crowded_ = false;
  bool full_ = false;  // no new words
  std::uint64_t dropped_ = 0;
};

}  // namespace routemeter::learn

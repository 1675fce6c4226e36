// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tools/learn/node.h"

namespace routemeter::learn {

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
  /// Whether words were merged for being too many, before all were seen.
  bool crowded() const { return crowded_; }
  /// Requests that were not added, since the tree was full.
  std::uint64_t dropped() const { return dropped_; }

 private:
  Node* step(Node& node, std::string_view segment, const Place& place);
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

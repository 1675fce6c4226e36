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

}  // namespace routemeter::learn

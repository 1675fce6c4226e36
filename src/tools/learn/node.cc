// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/node.h"

#include <utility>

namespace routemeter::learn {
namespace {

// Everything of `from` goes into `into`; the number of nodes that are gone.
std::size_t merge(Node& into, Node& from) {
  std::size_t gone = 1;
  into.hits += from.hits;
  into.ends.merge(from.ends);
  into.merged |= from.merged;
  into.mixed |= from.mixed;
  for (auto& [edge, child] : from.children) {
    auto& mine = into.children[edge];
    if (mine == nullptr) {
      mine = std::move(child);
      into.words += is_literal(edge);
      continue;
    }
    if (child->values != nullptr) mine->values->merge(*child->values);
    gone += merge(*mine, *child);
  }
  return gone;
}

}  // namespace

bool is_leaf(const Node& node) {
  return node.children.empty() || (node.children.size() == 1 && node.children.begin()->first.empty());
}

Node* child_of(const Node& node, std::string_view edge) {
  const auto found = node.children.find(edge);
  return found == node.children.end() ? nullptr : found->second.get();
}

Node& value_child(Node& node, std::string_view edge, std::size_t& made) {
  if (Node* child = child_of(node, edge)) return *child;
  auto child = std::make_unique<Node>();
  child->values = std::make_unique<Values>();
  ++made;
  return *node.children.emplace(edge, std::move(child)).first->second;
}

std::size_t absorb_child(Node& parent, std::string_view edge, Node& into) {
  auto handle = parent.children.extract(parent.children.find(edge));
  Node& child = *handle.mapped();
  if (child.values != nullptr) {
    into.values->merge(*child.values);
  } else {
    into.values->add(handle.key());
    --parent.words;
  }
  return merge(into, child);
}

Features features_of(const Node& node) {
  Features out;
  for (const Ends::Method& m : node.ends.methods()) {
    if (m.proven() > 0) out[std::string{kMark, static_cast<char>('A' + m.method)}] += m.proven();
  }
  for (const auto& [edge, child] : node.children) {
    if (edge.empty()) continue;  // a slash at the end is no difference
    out[is_literal(edge) ? edge : std::string(kAnyValue)] += child->hits;
  }
  return out;
}

Place below(std::string_view edge) {
  if (is_literal(edge)) return {edge, false, false};
  return {"", false, true};
}

}  // namespace routemeter::learn

// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/path_trie.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "tools/learn/generalize.h"
#include "tools/learn/route_words.h"

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

constexpr std::size_t kFewestWords = 8;

// /rest/api/2: a version, not an id.
bool is_version_number(std::string_view segment, std::string_view before) {
  return segment.size() <= 2 && (before == "api" || before == "rest");
}

// Merges below every node that has more than `words` of them; how many nodes are gone.
std::size_t tighten(Node& node, std::size_t words) {
  std::size_t gone = node.words > words ? merge_crowd(node) : 0;
  for (auto& [edge, child] : node.children) gone += tighten(*child, words);
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

void Trie::add(std::string_view path, std::uint8_t method, Proof proof) {
  // Before the way down: making room may merge any node.
  full_ = nodes_ + limits_.depth >= limits_.nodes && !make_room();
  Node* node = &root_;
  std::string_view before;
  ++root_.hits;
  for (std::size_t depth = 0, begin = 1; begin <= path.size(); ++depth) {
    if (depth == limits_.depth) {
      node = &value_child(*node, edge_of(Kind::kPath), nodes_);
      node->values->add(path.substr(begin));
      ++node->hits;
      break;
    }
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    begin = end + 1;
    if (path == "/") break;  // the root itself
    node = step(*node, segment, before);
    if (node == nullptr) {
      ++dropped_;
      return;
    }
    ++node->hits;
    before = node->values == nullptr ? segment : "";
  }
  node->ends.add(method, proof);
}

// The child for a segment; null when there is no room for a new one.
Node* Trie::step(Node& node, std::string_view segment, std::string_view before) {
  Kind kind = kind_of(segment);
  if (kind == Kind::kInt && is_version_number(segment, before)) kind = Kind::kWord;
  if (kind != Kind::kWord) {
    Node& child = value_child(node, edge_of(kind), nodes_);
    child.values->add(segment);
    return &child;
  }
  if (Node* child = child_of(node, segment)) return child;
  if (Node* child = known_value(node, segment)) return child;
  if (node.words >= limits_.words) {
    crowded_ = true;
    nodes_ -= merge_crowd(node);
    if (Node* child = known_value(node, segment)) return child;
  }
  if (full_) {
    Node* child = child_of(node, edge_of(Kind::kText));
    if (child != nullptr) child->values->add(segment);
    return child;
  }
  ++nodes_;
  ++node.words;
  return node.children.emplace(segment, std::make_unique<Node>()).first->second.get();
}

// An edge for values that merging has made here, and that takes this word.
Node* Trie::known_value(Node& node, std::string_view word) {
  if (!node.merged) return nullptr;
  for (const std::string& edge : {handle_of(word), composite_of(word), any_file_of(word)}) {
    Node* child = edge.empty() ? nullptr : child_of(node, edge);
    if (child == nullptr) continue;
    child->values->add(word);
    return child;
  }
  return nullptr;
}

// Fewer words at one place from now on. False: that was not enough, or was tried before.
bool Trie::make_room() {
  while (limits_.words > kFewestWords && nodes_ > limits_.nodes / 4 * 3) {
    crowded_ = true;
    limits_.words = std::max(limits_.words / 2, kFewestWords);
    nodes_ -= tighten(root_, limits_.words);
  }
  return nodes_ + limits_.depth < limits_.nodes;
}

}  // namespace routemeter::learn

// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/merge.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tools/learn/judge.h"
#include "tools/learn/words.h"

namespace routemeter::learn {
namespace {

constexpr std::size_t kComposites = 3;  // so many of one form are values
constexpr std::size_t kFiles = 8;       // so many of one extension

std::vector<std::string> literals_of(const Node& node) {
  std::vector<std::string> out;
  for (const auto& [edge, child] : node.children) {
    if (!edge.empty() && is_literal(edge)) out.push_back(edge);
  }
  return out;
}

// A hash or a UUID is a value even when there is only one: app.3f2a9c.js until the next build.
bool has_random_part(std::string_view edge) {
  return edge.find(edge_of(Kind::kHex)) != std::string_view::npos ||
         edge.find(edge_of(Kind::kUuid)) != std::string_view::npos;
}

// Words with the same non-empty `form` go to one edge when they are `few` or more, or when it exists.
template <typename Form>
std::size_t merge_by(Node& node, std::size_t few, Form form) {
  std::map<std::string, std::vector<std::string>, std::less<>> groups;
  for (std::string& word : literals_of(node)) {
    std::string edge = form(word);
    // A name with a dot that has something behind it is no file.
    if (!extension_of(word).empty() && !is_leaf(*child_of(node, word))) edge.clear();
    if (!edge.empty()) groups[std::move(edge)].push_back(std::move(word));
  }
  std::size_t made = 0;
  std::size_t gone = 0;
  for (const auto& [edge, words] : groups) {
    if (words.size() < few && !has_random_part(edge) && child_of(node, edge) == nullptr) continue;
    Node& into = value_child(node, edge, made);
    node.merged = true;
    for (const std::string& word : words) gone += absorb_child(node, word, into);
  }
  return gone - made;
}

bool covers(const Features& all, const Features& some) {
  return std::all_of(some.begin(), some.end(), [&](const auto& f) { return all.find(f.first) != all.end(); });
}

// Composites that differ in the kinds of their values only: 42.png beside 3f2a9c.png.
std::size_t merge_composite_kinds(Node& node) {
  std::map<std::string, std::vector<std::string>, std::less<>> groups;
  for (const auto& [edge, child] : node.children) {
    if (!is_literal(edge) && edge.size() > 2) groups[form_of(edge)].push_back(edge);
  }
  std::size_t gone = 0;
  for (const auto& [form, edges] : groups) {
    const auto hits = [&](const std::string& edge) { return child_of(node, edge)->hits; };
    const std::string main =
        *std::max_element(edges.begin(), edges.end(),
                          [&](const auto& one, const auto& other) { return hits(one) < hits(other); });
    for (const std::string& edge : edges) {
      if (edge != main) gone += absorb_child(node, edge, *child_of(node, main));
    }
  }
  return gone;
}

std::size_t merge_forms(Node& node) {
  std::size_t gone = merge_by(node, kComposites, handle_of);
  gone += merge_by(node, kComposites, composite_of);
  return gone + merge_by(node, kFiles, any_file_of) + merge_composite_kinds(node);
}

std::size_t merge_words(Node& node, const std::vector<std::string>& words) {
  if (words.empty()) return 0;
  std::size_t made = 0;
  std::size_t gone = 0;
  Node& into = value_child(node, edge_of(Kind::kText), made);
  node.merged = true;
  for (const std::string& word : words) gone += absorb_child(node, word, into);
  return gone - made;
}

// Composites that are just some of the values beside them: "top-10" among slugs.
std::size_t merge_composites(Node& node) {
  Node* values = child_of(node, edge_of(Kind::kText));
  const bool text = values != nullptr;
  for (const auto& [edge, child] : node.children) {
    const Kind kind = whole_kind(edge);
    if (text || kind == Kind::kWord || kind == Kind::kPath) continue;
    if (values == nullptr || child->hits > values->hits) values = child.get();
  }
  if (values == nullptr) return 0;
  std::vector<std::string> edges;
  const Features features = features_of(*values);
  for (const auto& [edge, child] : node.children) {
    if (is_literal(edge) || edge.size() == 2) continue;
    if (!extension_of(edge).empty() && is_leaf(*child)) continue;  // files
    const Features own = features_of(*child);
    const bool few = child->hits < values->hits;
    if (covers(features, own) && (few || (text && covers(own, features)))) edges.push_back(edge);
  }
  std::size_t gone = 0;
  for (const std::string& edge : edges) gone += absorb_child(node, edge, *values);
  values->mixed |= gone > 0;
  return gone;
}

// CORE-12, WEB-7: keys whose first word is a value too. Two are enough in capitals, else three.
std::size_t merge_keys(Node& node) {
  std::map<std::string, std::vector<std::string>, std::less<>> forms;
  for (const auto& [edge, child] : node.children) {
    if (is_literal(edge) || whole_kind(edge) != Kind::kWord || !extension_of(edge).empty()) continue;
    const std::size_t end = edge.find_first_of("-_.");
    if (end == std::string::npos || end == 0 || edge.find(kMark) < end) continue;
    const bool capitals = std::none_of(edge.begin(), edge.begin() + static_cast<std::ptrdiff_t>(end),
                                       [](char c) { return c >= 'a' && c <= 'z'; });
    forms[(capitals ? "A" : "a") + edge.substr(end)].push_back(edge);
  }
  std::size_t made = 0;
  std::size_t gone = 0;
  for (const auto& [form, edges] : forms) {
    if (edges.size() < (form[0] == 'A' ? 2U : 3U)) continue;
    const Features first = features_of(*child_of(node, edges.front()));
    const bool alike = std::all_of(edges.begin(), edges.end(), [&](const std::string& edge) {
      const Features own = features_of(*child_of(node, edge));
      return covers(first, own) && covers(own, first);
    });
    if (!alike) continue;
    Node& into = value_child(node, edge_of(Kind::kText), made);
    for (const std::string& edge : edges) gone += absorb_child(node, edge, into);
  }
  return gone - made;
}

// All whole values become one, but for numbers that have routes which the others have not, and the other way
// round: a framework can tell those apart by a converter.
std::size_t merge_kinds(Node& node) {
  std::vector<std::string> edges;
  for (const auto& [edge, child] : node.children) {
    const Kind kind = whole_kind(edge);
    if (kind != Kind::kWord && kind != Kind::kPath) edges.push_back(edge);
  }
  if (edges.size() < 2) return 0;
  const std::string integers = edge_of(Kind::kInt);
  const auto is_integers = [&](const std::string& edge) { return edge == integers; };
  if (const auto at = std::find_if(edges.begin(), edges.end(), is_integers); at != edges.end()) {
    Features others;
    for (const std::string& edge : edges) {
      if (edge == integers) continue;
      for (const auto& [name, hits] : features_of(*child_of(node, edge))) others[name] += hits;
    }
    const Features own = features_of(*child_of(node, integers));
    if (!covers(others, own) && !covers(own, others)) {
      child_of(node, integers)->own_converter = true;
      edges.erase(at);
    }
  }
  // The kind with the most requests names the parameter; anything with text among it is text.
  const auto rank = [&](const std::string& edge) {
    return std::pair(whole_kind(edge) == Kind::kText, child_of(node, edge)->hits);
  };
  const auto main = *std::max_element(edges.begin(), edges.end(),
                                      [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  Node& into = *child_of(node, main);
  std::size_t gone = 0;
  for (const std::string& edge : edges) {
    if (edge != main) gone += absorb_child(node, edge, into);
  }
  into.mixed |= gone > 0;
  return gone;
}

}  // namespace

std::size_t merge_alike(Node& node, const Place& place) {
  std::size_t gone = merge_forms(node);
  gone += merge_words(node, values_among(node, literals_of(node), place));
  gone += merge_composites(node);
  gone += merge_keys(node);
  return gone + merge_kinds(node);
}

std::size_t merge_crowd(Node& node) {
  const std::size_t enough = node.words / 2;
  std::size_t gone = merge_forms(node);
  if (node.words > enough) gone += merge_words(node, least_of(node, literals_of(node), enough));
  return gone;
}

}  // namespace routemeter::learn

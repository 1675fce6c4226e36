// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/routes.h"

#include <algorithm>
#include <utility>

#include "tools/learn/route_words.h"

namespace routemeter::learn {
namespace {

// Order of the edges below one node: what says more comes first.
int rank_of(std::string_view edge, const Node& node) {
  if (is_literal(edge)) return 0;
  const Kind kind = whole_kind(edge);
  if (kind == Kind::kWord) return edge[0] == kMark && edge[1] == static_cast<char>(Kind::kText) ? 2 : 1;
  if (kind == Kind::kPath) return 5;
  return node.own_converter ? 3 : 4;
}

using Edges = std::vector<std::string_view>;

std::string shown(const Edges& edges) {
  std::string out;
  for (const std::string_view edge : edges) {
    out += '/';
    for (std::size_t i = 0; i < edge.size(); ++i) {
      const bool value = edge[i] == kMark;
      out += value ? "*" : encoded(edge.substr(i, 1));
      if (value) ++i;
    }
  }
  constexpr std::size_t kLongest = 80;
  if (out.size() > kLongest) out = out.substr(0, kLongest - 3) + "...";
  return out.empty() ? "/" : out;
}

class Collector {
 public:
  Collector(std::uint64_t min_hits, bool converters) : min_hits_(min_hits), converters_(converters) {}

  void visit(const Node& node) {
    end_at(node);
    std::vector<Step> next;
    for (const auto& [edge, child] : node.children) next.push_back({edge, child.get()});
    std::ranges::stable_sort(next, [](const Step& a, const Step& b) {
      const int rank = rank_of(a.edge, *a.node);
      if (const int other = rank_of(b.edge, *b.node); rank != other) return rank < other;
      // Of composites that match the same text, the one that says more of it has more text of its own.
      return rank > 0 && a.edge.size() > b.edge.size();
    });
    for (const Step& step : next) {
      steps_.push_back(step);
      visit(*step.node);
      steps_.pop_back();
    }
  }

  RoutesFound found;

 private:
  void end_at(const Node& node) {
    const std::uint64_t hits = node.ends.proven();
    if (hits == 0) return;
    // Sent elsewhere as everything is, and then not found.
    const std::uint64_t unknown = node.ends.total(Proof::kUnknown);
    if (node.ends.total(Proof::kAnswered) == 0 && node.ends.total(Proof::kSent) <= unknown) {
      Edges edges;
      for (const Step& step : steps_) edges.push_back(step.edge);
      found.not_routes.push_back({shown(edges), node.ends.total()});
      return;
    }
    if (hits < min_hits_) {
      ++found.rare;
      found.rare_requests += node.ends.total();
      return;
    }
    std::vector<std::string> examples = {example_of(steps_, 0), example_of(steps_, 1)};
    if (examples[0] == examples[1]) examples.pop_back();
    found.routes.push_back({template_of(steps_, converters_), node.ends.of_route(), &node, examples});
  }

  std::uint64_t min_hits_;
  bool converters_;
  std::vector<Step> steps_;
};

bool takes(std::string_view edge, const Node& node, std::string_view segment) {
  if (is_literal(edge)) return edge == segment;
  if (segment.empty()) return false;
  const Kind kind = whole_kind(edge);
  if (kind != Kind::kWord) return !node.own_converter || segment == edge;
  const std::string form = form_of(edge);
  if (!is_literal(segment)) return form_of(segment) == form;
  return form_of(composite_of(segment)) == form || any_file_of(segment) == form || handle_of(segment) == form;
}

// The route that edges of the other tree lead to, preferring words; null = none.
Node* route_at(Node& node, const Edges& edges, std::size_t at) {
  if (at == edges.size()) return node.ends.proven() > 0 ? &node : nullptr;
  if (edges[at].empty() && at + 1 == edges.size() && node.ends.proven() > 0) return &node;
  Node* path = nullptr;
  if (Node* word = child_of(node, edges[at]); word != nullptr && is_literal(edges[at])) {
    if (Node* found = route_at(*word, edges, at + 1)) return found;
  }
  for (auto& [edge, child] : node.children) {
    if (whole_kind(edge) == Kind::kPath) {
      path = child.get();
    } else if (!is_literal(edge) && takes(edge, *child, edges[at])) {
      if (Node* found = route_at(*child, edges, at + 1)) return found;
    }
  }
  return path;
}

void settle_below(const Node& node, Node& root, Edges& edges, std::vector<Noise>& noise) {
  if (!node.ends.empty()) {
    const bool scanner = std::ranges::any_of(edges, is_scanner_word) ||
                         (edges.size() > 1 && std::count(edges.begin(), edges.end() - 1, "") > 0);
    if (Node* route = scanner ? nullptr : route_at(root, edges, 0)) {
      route->ends.merge(node.ends);
    } else {
      noise.push_back({shown(edges), node.ends.total()});
    }
  }
  for (const auto& [edge, child] : node.children) {
    edges.push_back(edge);
    settle_below(*child, root, edges, noise);
    edges.pop_back();
  }
}

}  // namespace

RoutesFound routes_of(const Node& root, std::uint64_t min_hits, bool converters) {
  Collector collector(min_hits, converters);
  collector.visit(root);
  return std::move(collector.found);
}

std::vector<Noise> settle(const Node& doubts, Node& root) {
  std::vector<Noise> noise;
  Edges edges;
  settle_below(doubts, root, edges, noise);
  return noise;
}

}  // namespace routemeter::learn

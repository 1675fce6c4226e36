// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/generalize.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/learn/route_words.h"
#include "util/ascii.h"

namespace routemeter::learn {
namespace {

constexpr std::size_t kComposites = 3;  // so many of one form are values
constexpr std::size_t kFiles = 8;       // so many of one extension

// Edges by a text that they have in common.
using Groups = std::map<std::string, std::vector<std::string>, std::less<>>;

std::vector<std::string> literals_of(const Node& node) {
  std::vector<std::string> out;
  for (const auto& [edge, child] : node.children) {
    if (!edge.empty() && is_literal(edge)) out.push_back(edge);
  }
  return out;
}

// A hash or a UUID is a value even when there is only one: app.3f2a9c.js until the next build.
bool has_random_part(std::string_view edge) {
  return util::contains(edge, edge_of(Kind::kHex)) || util::contains(edge, edge_of(Kind::kUuid));
}

// Makes these edges values of `into`, which may be one of them. Returns how many nodes are gone.
std::size_t absorb_all(Node& node, const std::vector<std::string>& edges, Node& into) {
  std::size_t gone = 0;
  for (const std::string& edge : edges) {
    if (child_of(node, edge) != &into) gone += absorb_child(node, edge, into);
  }
  return gone;
}

// Makes these edges values of one edge, which may be new. Returns how many nodes are gone.
std::size_t merge_to(Node& node, const std::vector<std::string>& edges, std::string_view edge) {
  if (edges.empty()) return 0;
  std::size_t made = 0;
  Node& into = value_child(node, edge, made);
  node.merged = true;
  return absorb_all(node, edges, into) - made;
}

// Words with the same non-empty `form` go to one edge when they are `few` or more, or when it exists.
template <typename Form>
std::size_t merge_by(Node& node, std::size_t few, Form form) {
  Groups groups;
  for (std::string& word : literals_of(node)) {
    std::string edge = form(word);
    // A name with a dot that has something behind it is no file.
    if (!extension_of(word).empty() && !is_leaf(*child_of(node, word))) edge.clear();
    if (!edge.empty()) groups[std::move(edge)].push_back(std::move(word));
  }
  std::size_t gone = 0;
  for (const auto& [edge, words] : groups) {
    if (words.size() >= few || has_random_part(edge) || child_of(node, edge) != nullptr)
      gone += merge_to(node, words, edge);
  }
  return gone;
}

bool covers(const Features& all, const Features& some) {
  return std::ranges::all_of(some, [&](const auto& f) { return all.contains(f.first); });
}

// Composites that differ in the kinds of their values only: 42.png beside 3f2a9c.png.
std::size_t merge_composite_kinds(Node& node) {
  Groups groups;
  for (const auto& [edge, child] : node.children) {
    if (!is_literal(edge) && edge.size() > 2) groups[form_of(edge)].push_back(edge);
  }
  std::size_t gone = 0;
  for (const auto& [form, edges] : groups) {
    const std::string& main = *std::ranges::max_element(
        edges, {}, [&](const std::string& edge) { return child_of(node, edge)->hits; });
    gone += absorb_all(node, edges, *child_of(node, main));
  }
  return gone;
}

std::size_t merge_forms(Node& node) {
  std::size_t gone = merge_by(node, kComposites, handle_of);
  gone += merge_by(node, kComposites, composite_of);
  return gone + merge_by(node, kFiles, any_file_of) + merge_composite_kinds(node);
}

// Composites that are just some of the values beside them: "top-10" among slugs.
void merge_composites(Node& node) {
  Node* values = child_of(node, edge_of(Kind::kText));
  const bool text = values != nullptr;
  for (const auto& [edge, child] : node.children) {
    const Kind kind = whole_kind(edge);
    if (text || kind == Kind::kWord || kind == Kind::kPath) continue;
    if (values == nullptr || child->hits > values->hits) values = child.get();
  }
  if (values == nullptr) return;
  std::vector<std::string> edges;
  const Features features = features_of(*values);
  for (const auto& [edge, child] : node.children) {
    if (is_literal(edge) || edge.size() == 2) continue;
    if (!extension_of(edge).empty() && is_leaf(*child)) continue;  // files
    const Features own = features_of(*child);
    const bool few = child->hits < values->hits;
    if (covers(features, own) && (few || (text && covers(own, features)))) edges.push_back(edge);
  }
  absorb_all(node, edges, *values);
  values->mixed |= !edges.empty();
}

// CORE-12, WEB-7: keys whose first word is a value too. Two are enough in capitals, else three.
void merge_keys(Node& node) {
  Groups forms;
  for (const auto& [edge, child] : node.children) {
    if (is_literal(edge) || whole_kind(edge) != Kind::kWord || !extension_of(edge).empty()) continue;
    const std::size_t end = edge.find_first_of("-_.");
    if (end == std::string::npos || end == 0 || edge.find(kMark) < end) continue;
    const bool capitals = std::ranges::none_of(edge.substr(0, end), util::is_lower);
    forms[(capitals ? "A" : "a") + edge.substr(end)].push_back(edge);
  }
  for (const auto& [form, edges] : forms) {
    if (edges.size() < (form[0] == 'A' ? 2U : 3U)) continue;
    const Features first = features_of(*child_of(node, edges.front()));
    const bool alike = std::ranges::all_of(edges, [&](const std::string& edge) {
      const Features own = features_of(*child_of(node, edge));
      return covers(first, own) && covers(own, first);
    });
    if (alike) merge_to(node, edges, edge_of(Kind::kText));
  }
}

// All whole values become one, but for numbers that have routes which the others have not, and the other way
// round: a framework can tell those apart by a converter.
void merge_kinds(Node& node) {
  std::vector<std::string> edges;
  for (const auto& [edge, child] : node.children) {
    const Kind kind = whole_kind(edge);
    if (kind != Kind::kWord && kind != Kind::kPath) edges.push_back(edge);
  }
  if (edges.size() < 2) return;
  const std::string integers = edge_of(Kind::kInt);
  if (const auto at = std::ranges::find(edges, integers); at != edges.end()) {
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
  Node& into = *child_of(node, *std::ranges::max_element(edges, {}, rank));
  absorb_all(node, edges, into);
  into.mixed |= edges.size() > 1;
}

constexpr std::size_t kAssetEndings = 4;  // so many different files are a folder of them
constexpr unsigned kAssetPercent = 90;    // of the requests

constexpr std::size_t kPages = 12;  // so many different pages and documents are a site of them

// The requests below a node, without the folders that are one path already.
struct Files {
  std::uint64_t assets = 0;  // requests
  std::uint64_t files = 0;   // pages and documents too
  std::uint64_t all = 0;
  std::set<std::string> forms;  // the different files, those with ids counting as one
};

void collect(const Node& node, const std::string& prefix, Files& files) {
  for (const auto& [edge, child] : node.children) {
    const std::uint64_t here = child->ends.proven();
    // A slash at the end is a folder's index, or a route of Django's.
    if (edge.empty() || whole_kind(edge) == Kind::kPath) continue;
    files.all += here;
    if (here > 0 && is_static_file(edge)) {
      files.files += here;
      if (is_asset(extension_of(edge))) files.assets += here;
      const std::string form = is_literal(edge) ? composite_of(edge) : edge;
      files.forms.insert(prefix + (form.empty() ? edge : form));
    }
    collect(*child, prefix + edge + "/", files);
  }
}

bool is_folder(const Node& node, bool of_assets) {
  Files files;
  collect(node, "", files);
  const std::uint64_t requests = of_assets ? files.assets : files.files;
  return files.forms.size() >= (of_assets ? kAssetEndings : kPages) &&
         requests * 100 >= files.all * kAssetPercent;
}

// All that ends below, as values of one path.
void gather(Node& node, const std::string& prefix, Node& into) {
  for (auto& [edge, child] : node.children) {
    if (whole_kind(edge) == Kind::kPath) continue;
    std::vector<std::string> names;
    for (const std::string& name : is_literal(edge) ? std::vector{edge} : child->values->examples())
      names.push_back(prefix + name);
    if (!child->ends.empty()) {
      into.ends.merge(child->ends);
      for (const std::string& name : names) {
        if (!name.empty()) into.values->add(name);
      }
    }
    if (!names.empty()) gather(*child, names.front() + "/", into);
  }
}

// Cuts off what gather() has taken; false when nothing is left.
bool keep_paths(Node& node) {
  node.ends = Ends();
  std::erase_if(node.children, [](const auto& child) {
    return whole_kind(child.first) != Kind::kPath && !keep_paths(*child.second);
  });
  return !node.children.empty();
}

// Everything below becomes one path, but for folders that are one already.
void make_path(Node& node) {
  auto path = std::make_unique<Node>();
  path->values = std::make_unique<Values>();
  gather(node, "", *path);
  if (node.ends.total(Proof::kAnswered) == 0) {  // redirected to the folder's index
    path->ends.merge(node.ends);
    node.ends = Ends();
  }
  path->hits = path->ends.total();
  std::erase_if(node.children, [](const auto& child) { return !keep_paths(*child.second); });
  node.words = node.children.size();
  node.children.emplace(edge_of(Kind::kPath), std::move(path));
}

// One bad byte makes no route: text that no template can say counts with others, or when there is enough of
// it.
void drop_few_odd(Node& node) {
  const auto odd = node.children.find(edge_of(Kind::kOdd));
  if (odd != node.children.end() && odd->second->values->distinct() < 3) node.children.erase(odd);
}

// "/items/" beside "/items": routes are matched with either (redirect_slashes), so the one that more requests
// were answered at is the route.
void join_slash(Node& node) {
  const auto slash = node.children.find("");
  if (slash == node.children.end() || !slash->second->children.empty()) return;
  Ends& with = slash->second->ends;
  if (with.proven() == 0 || node.ends.proven() == 0) return;
  const auto worth = [](const Ends& e) { return std::pair(e.total(Proof::kAnswered), e.proven()); };
  if (worth(with) > worth(node.ends)) {
    with.merge(node.ends);
    node.ends = Ends();
  } else {
    node.ends.merge(with);
    node.children.erase(slash);
  }
}

void walk(Node& node, const Place& place) {
  if (!place.root && is_folder(node, true)) return make_path(node);
  merge_forms(node);
  merge_to(node, values_among(node, literals_of(node), place), edge_of(Kind::kText));
  merge_composites(node);
  merge_keys(node);
  merge_kinds(node);
  drop_few_odd(node);
  if (!place.root) join_slash(node);
  for (auto& [edge, child] : node.children)
    walk(*child, {is_literal(edge) ? std::string_view(edge) : "", false});
  // From the leaves up: what a folder of pages has below it by then are folders of their own.
  if (!place.root && is_folder(node, false)) make_path(node);
}

}  // namespace

std::size_t merge_crowd(Node& node) {
  const std::size_t enough = node.words / 2;
  std::size_t gone = merge_forms(node);
  if (node.words > enough)
    gone += merge_to(node, least_of(node, literals_of(node), enough), edge_of(Kind::kText));
  return gone;
}

void generalize(Node& root) { walk(root, {"", true}); }

}  // namespace routemeter::learn

// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/generalize.h"

#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tools/learn/merge.h"

namespace routemeter::learn {
namespace {

constexpr std::size_t kAssetEndings = 4;  // so many different files are a folder of them
constexpr unsigned kAssetPercent = 90;    // of the requests

constexpr std::size_t kPages = 12;  // so many different pages and documents are a site of them

// What is asked for below a node, without the folders that are one path already.
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
    const bool literal = is_literal(edge);
    if (whole_kind(edge) == Kind::kPath) continue;
    std::vector<std::string> names = {prefix + edge};
    if (!literal) {
      names.clear();
      for (const std::string& example : child->values->examples()) names.push_back(prefix + example);
    }
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
  for (auto at = node.children.begin(); at != node.children.end();) {
    const bool kept = whole_kind(at->first) == Kind::kPath || keep_paths(*at->second);
    at = kept ? std::next(at) : node.children.erase(at);
  }
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
  for (auto at = node.children.begin(); at != node.children.end();) {
    at = keep_paths(*at->second) ? std::next(at) : node.children.erase(at);
  }
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
  if (!place.root && is_folder(node, true)) {
    make_path(node);
    return;
  }
  merge_alike(node, place);
  drop_few_odd(node);
  if (!place.root) join_slash(node);
  for (auto& [edge, child] : node.children) walk(*child, below(edge));
  // From the leaves up: what a folder of pages has below it by then are folders of their own.
  if (!place.root && is_folder(node, false)) make_path(node);
}

}  // namespace

void generalize(Node& root) { walk(root, {"", true, false}); }

}  // namespace routemeter::learn

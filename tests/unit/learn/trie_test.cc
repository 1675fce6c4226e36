// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>

#include <catch2/catch.hpp>

#include "tools/learn/generalize.h"
#include "tools/learn/path_trie.h"
#include "tools/learn/routes.h"

namespace routemeter::learn {
namespace {

std::size_t nodes_below(const Node& node) {
  std::size_t count = 0;
  for (const auto& [edge, child] : node.children) count += 1 + nodes_below(*child);
  return count;
}

std::uint64_t ends_below(const Node& node) {
  std::uint64_t count = node.ends.total();
  for (const auto& [edge, child] : node.children) count += ends_below(*child);
  return count;
}

std::vector<std::string> texts_of(Trie& trie) {
  generalize(trie.root());
  std::vector<std::string> out;
  for (const Route& route : routes_of(trie.root(), 1, false).routes) out.push_back(route.pattern.text);
  return out;
}

// A small xorshift, for paths without end.
class Words {
 public:
  std::string next(std::size_t letters) {
    std::string out;
    while (out.size() < letters) {
      state_ ^= state_ << 13U;
      state_ ^= state_ >> 7U;
      state_ ^= state_ << 17U;
      out += static_cast<char>('a' + state_ % 20);
    }
    return out;
  }

 private:
  std::uint64_t state_ = 88172645463325252U;
};

TEST_CASE("the tree stays within its limits, and no request is lost unsaid") {
  Trie trie({32, 500, 6});
  Words words;
  constexpr std::uint64_t kRequests = 50000;
  for (std::uint64_t i = 0; i < kRequests; ++i) {
    std::string path;
    for (std::uint64_t depth = 0; depth <= i % 9; ++depth) path += "/" + words.next(1 + i % 3);
    trie.add(path, 0, Proof::kAnswered);
    if (i % 1000 == 0) CHECK(nodes_below(trie.root()) <= 600);
  }
  CHECK(trie.crowded());
  CHECK(ends_below(trie.root()) + trie.dropped() == kRequests);
  const std::uint64_t kept = ends_below(trie.root());
  generalize(trie.root());
  CHECK(ends_below(trie.root()) == kept);
}

TEST_CASE("a busy word stays a word in a crowd that comes after it and before it") {
  Trie trie({64, 60000, 16});
  Words words;
  for (int i = 0; i < 20000; ++i) {
    trie.add("/products/" + words.next(9), 0, Proof::kAnswered);
    if (i % 10 == 0) trie.add("/products/featured", 0, Proof::kAnswered);
    if (i % 10 == 0) trie.add("/products/clearance", 0, Proof::kAnswered);
  }
  CHECK(texts_of(trie) ==
        std::vector<std::string>{"/products/clearance", "/products/featured", "/products/{product_name}"});
}

TEST_CASE("parts of a site stay words, however many") {
  Trie trie({});
  Words words;
  for (int i = 0; i < 90; ++i) {
    const std::string path = "/" + words.next(7);
    for (int hits = 0; hits < 5; ++hits) trie.add(path, 0, Proof::kAnswered);
  }
  CHECK(texts_of(trie).size() == 90);
}

TEST_CASE("owners and their repositories") {
  Trie trie({});
  Words owners;
  for (int i = 0; i < 40; ++i) {
    const std::string owner = "/repos/" + owners.next(6);
    for (int j = 0; j < 4; ++j) {
      const std::string repo = owner + "/" + owners.next(5);
      for (const char* rest : {"", "/issues", "/issues/7", "/pulls"})
        trie.add(repo + rest, 0, Proof::kAnswered);
    }
  }
  CHECK(texts_of(trie) == std::vector<std::string>{"/repos/{repo_name}/{name}",
                                                   "/repos/{repo_name}/{name}/issues",
                                                   "/repos/{repo_name}/{name}/issues/{issue_id}",
                                                   "/repos/{repo_name}/{name}/pulls"});
}

TEST_CASE("deep paths end in one value") {
  Trie trie({});
  trie.add("/a" + std::string(2 * 3000, '/'), 0, Proof::kAnswered);
  std::string deep;
  for (int i = 0; i < 3000; ++i) deep += "/b";
  trie.add(deep, 0, Proof::kAnswered);
  CHECK(nodes_below(trie.root()) <= 40);
  CHECK(texts_of(trie).back() == "/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/b/{file_path:path}");
}

}  // namespace
}  // namespace routemeter::learn

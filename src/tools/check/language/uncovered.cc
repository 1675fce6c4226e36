// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "tools/check/language/characters.h"
#include "tools/check/language/path_language.h"

namespace routemeter::check {
namespace {

constexpr std::size_t kMaxStates = 5000;

}  // namespace

// A search in the product of the language with all others at once, breadth first: whatever is reached is
// reached by a shortest path. The others are followed as a set, so that together they may cover what none
// covers alone.
class Difference {
 public:
  Difference(const PathLanguage& language, std::span<const PathLanguage* const> others)
      : language_(language), others_(others) {}

  Uncovered run() {
    std::vector<Other> starts;
    for (std::uint32_t i = 0; i < others_.size(); ++i) starts.push_back({i, 0});
    reach(0, std::move(starts), 0, 0);
    for (std::size_t at = 0; at < nodes_.size(); ++at) {
      if (nodes_.size() > kMaxStates) return {std::nullopt, true};
      const bool accepted = language_.positions_[nodes_[at].state].accepts;
      if (accepted && !covered(nodes_[at].others)) return {path_to(at), false};
      expand(at);
    }
    return {};
  }

 private:
  using State = PathLanguage::State;
  struct Other {
    std::uint32_t language;
    State state;
    auto operator<=>(const Other&) const = default;  // NOLINT(modernize-use-nullptr)
  };
  struct Node {
    State state;
    std::vector<Other> others;
    std::size_t before;
    char32_t by;
  };

  const PathLanguage::Position& position(const Other& other) const {
    return others_[other.language]->positions_[other.state];
  }

  bool covered(const std::vector<Other>& others) const {
    return std::any_of(others.begin(), others.end(), [this](const Other& o) { return position(o).accepts; });
  }

  void expand(std::size_t at) {
    std::vector<Other> next;
    for (const Other& other : nodes_[at].others) {
      for (const State target : position(other).next) next.push_back({other.language, target});
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    for (const State target : language_.positions_[nodes_[at].state].next) move(at, target, next);
  }

  // Goes on to `target` by one character for each way in which its characters divide the others.
  void move(std::size_t at, State target, const std::vector<Other>& next) {
    std::map<std::vector<Other>, std::vector<CharSet::Range>> ways;
    for (const CharSet::Range& range : language_.positions_[target].set.ranges()) {
      std::vector<char32_t> starts = {range.first};
      for (const Other& other : next) {
        for (const auto& [first, last] : position(other).set.ranges()) {
          if (first > range.first && first <= range.second) starts.push_back(first);
          if (last >= range.first && last < range.second) starts.push_back(last + 1);
        }
      }
      std::sort(starts.begin(), starts.end());
      starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
      for (std::size_t i = 0; i < starts.size(); ++i) {
        std::vector<Other> along;
        for (const Other& other : next) {
          if (position(other).set.has(starts[i])) along.push_back(other);
        }
        ways[std::move(along)].emplace_back(starts[i],
                                            i + 1 < starts.size() ? starts[i + 1] - 1 : range.second);
      }
    }
    // Where fewest others follow, a way out is nearest.
    for (auto& [along, ranges] : ways) reach(target, along, at, readable_character(CharSet(ranges)));
  }

  void reach(State state, std::vector<Other> others, std::size_t before, char32_t by) {
    if (!seen_.emplace(state, others).second) return;
    nodes_.push_back({state, std::move(others), before, by});
  }

  std::string path_to(std::size_t at) const {
    std::u32string reversed;
    for (; at != 0; at = nodes_[at].before) reversed += nodes_[at].by;
    std::string path;
    for (auto c = reversed.rbegin(); c != reversed.rend(); ++c) append_character(path, *c);
    return path;
  }

  const PathLanguage& language_;
  std::span<const PathLanguage* const> others_;
  std::vector<Node> nodes_;
  std::set<std::pair<State, std::vector<Other>>> seen_;
};

Uncovered find_uncovered(const PathLanguage& language, std::span<const PathLanguage* const> others) {
  return Difference(language, others).run();
}

}  // namespace routemeter::check

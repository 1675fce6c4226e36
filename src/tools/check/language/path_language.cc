// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/path_language.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "util/utf8.h"

namespace routemeter::check {
namespace {

constexpr std::size_t kMaxPositions = 2000;
constexpr std::size_t kMaxMoves = 50'000;
constexpr std::size_t kMaxStates = 5000;

}  // namespace

// Glushkov's construction: what a part of the pattern may begin and end with, and whether it may be empty.
class PathLanguage::Builder {
 public:
  Builder() { made_.positions_.emplace_back(); }

  std::optional<PathLanguage> run(const RegexNode& tree) {
    Part all = build(tree);
    if (too_large_) return std::nullopt;
    made_.positions_[0].accepts = all.nullable;
    for (const State last : all.last) made_.positions_[last].accepts = true;
    made_.positions_[0].next = std::move(all.first);
    made_.measure();
    return std::move(made_);
  }

 private:
  struct Part {
    bool nullable = true;
    std::vector<State> first;
    std::vector<State> last;
  };

  Part build(const RegexNode& node) {
    switch (node.kind) {
      case RegexNode::Kind::kSet:
        return position(node.set);
      case RegexNode::Kind::kConcat: {
        Part all;
        for (const RegexNode& child : node.children) append(all, build(child));
        return all;
      }
      case RegexNode::Kind::kAlternate: {
        Part all;
        all.nullable = false;
        for (const RegexNode& child : node.children) {
          const Part branch = build(child);
          all.nullable |= branch.nullable;
          all.first.insert(all.first.end(), branch.first.begin(), branch.first.end());
          all.last.insert(all.last.end(), branch.last.begin(), branch.last.end());
        }
        return all;
      }
      case RegexNode::Kind::kRepeat:
        return repeat(node);
    }
    return {};
  }

  Part position(const CharSet& set) {
    if (made_.positions_.size() >= kMaxPositions) too_large_ = true;
    if (too_large_) return {};
    made_.positions_.emplace_back().set = set;
    const auto state = static_cast<State>(made_.positions_.size() - 1);
    return {false, {state}, {state}};
  }

  Part repeat(const RegexNode& node) {
    const RegexNode& child = node.children[0];
    const bool forever = node.max == RegexNode::kForever;
    Part all;
    for (int i = 0; i < node.min && !too_large_; ++i) {
      Part once = build(child);
      if (forever && i + 1 == node.min) link(once.last, once.first);
      append(all, std::move(once));
    }
    if (forever && node.min == 0) {
      Part any = build(child);
      link(any.last, any.first);
      any.nullable = true;
      append(all, std::move(any));
    }
    for (int i = node.min; i < node.max && !too_large_; ++i) {
      Part maybe = build(child);
      maybe.nullable = true;
      append(all, std::move(maybe));
    }
    return all;
  }

  void append(Part& all, Part more) {
    link(all.last, more.first);
    if (all.nullable) all.first.insert(all.first.end(), more.first.begin(), more.first.end());
    if (more.nullable) {
      all.last.insert(all.last.end(), more.last.begin(), more.last.end());
    } else {
      all.last = std::move(more.last);
    }
    all.nullable = all.nullable && more.nullable;
  }

  void link(const std::vector<State>& from, const std::vector<State>& to) {
    moves_ += from.size() * to.size();
    if (moves_ > kMaxMoves) too_large_ = true;
    if (too_large_) return;
    for (const State state : from) {
      std::vector<State>& next = made_.positions_[state].next;
      for (const State target : to) {
        if (std::find(next.begin(), next.end(), target) == next.end()) next.push_back(target);
      }
    }
  }

  PathLanguage made_;
  std::size_t moves_ = 0;
  bool too_large_ = false;
};

std::optional<PathLanguage> PathLanguage::make(const RegexNode& tree) { return Builder().run(tree); }

void PathLanguage::measure() {
  constexpr std::uint32_t kNever = 0xffffffff;
  std::vector<std::vector<State>> before(positions_.size());
  std::deque<State> queue;
  for (State state = 0; state < positions_.size(); ++state) {
    positions_[state].to_end = positions_[state].accepts ? 0 : kNever;
    if (positions_[state].accepts) queue.push_back(state);
    for (const State next : positions_[state].next) before[next].push_back(state);
  }
  for (; !queue.empty(); queue.pop_front()) {
    const State state = queue.front();
    // An empty class is a dead end.
    if (state != 0 && positions_[state].set.ranges().empty()) continue;
    for (const State earlier : before[state]) {
      if (positions_[earlier].to_end != kNever) continue;
      positions_[earlier].to_end = positions_[state].to_end + 1;
      queue.push_back(earlier);
    }
  }
  // Drop states that lead nowhere: searches and walks would end in them without a path.
  for (Position& position : positions_) {
    std::vector<State>& next = position.next;
    next.erase(std::remove_if(next.begin(), next.end(),
                              [&](State s) {
                                return positions_[s].to_end == kNever || positions_[s].set.ranges().empty();
                              }),
               next.end());
  }
}

bool PathLanguage::matches(std::string_view path) const {
  std::vector<State> now = {0};
  while (!path.empty() && !now.empty()) {
    const char32_t c = take_character(path);
    std::vector<State> next;
    for (const State state : now) {
      for (const State target : positions_[state].next) {
        if (positions_[target].set.has(c) && std::find(next.begin(), next.end(), target) == next.end())
          next.push_back(target);
      }
    }
    now = std::move(next);
  }
  return std::any_of(now.begin(), now.end(), [this](State s) { return positions_[s].accepts; });
}

bool PathLanguage::can_begin_with(char32_t c) const {
  return std::any_of(positions_[0].next.begin(), positions_[0].next.end(),
                     [&](State s) { return positions_[s].set.has(c); });
}

std::string PathLanguage::random_member(std::minstd_rand& random) const {
  constexpr std::size_t kLong = 40;
  std::string out;
  for (State state = 0;;) {
    const Position& here = positions_[state];
    if (here.next.empty() || (here.accepts && (out.size() > kLong || random() % 4 == 0))) return out;
    state = here.next[random() % here.next.size()];
    if (out.size() > kLong) {
      state = *std::min_element(here.next.begin(), here.next.end(), [this](State a, State b) {
        return positions_[a].to_end < positions_[b].to_end;
      });
    }
    util::append_utf8(out, random_character(positions_[state].set, random));
  }
}

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
    // Try first the characters that the fewest others follow: an uncovered path is nearest there.
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
    for (auto c = reversed.rbegin(); c != reversed.rend(); ++c) util::append_utf8(path, *c);
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

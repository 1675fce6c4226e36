// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/path_language.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "tools/check/language/characters.h"

namespace routemeter::check {

namespace {

constexpr std::size_t kMaxPositions = 2000;
constexpr std::size_t kMaxMoves = 50'000;

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
  // What leads nowhere would make searches and walks return empty-handed.
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
    append_character(out, random_character(positions_[state].set, random));
  }
}

}  // namespace routemeter::check

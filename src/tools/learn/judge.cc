// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <iterator>

#include "tools/learn/generalize.h"
#include "tools/learn/route_words.h"

namespace routemeter::learn {
namespace {

struct Candidate {
  const std::string* word = nullptr;
  const Node* node = nullptr;
  Features features;
  bool kept = false;  // has routes of its own, or far more requests than values have
};

// Services and sites have the names of their parts here, however many.
bool names_parts(const Place& place) { return place.root || is_service_prefix(place.before); }

// Words of which there are fewer than this at such a place are fixed, before anything else is known of them.
std::size_t fewest_at(const Place& place) {
  if (names_parts(place)) return 120;
  if (place.before.empty()) return 30;  // behind a value
  if (is_container(place.before)) return 40;
  return is_plural(place.before) ? 6 : 20;
}

class Judge {
 public:
  Judge(const Node& node, const std::vector<std::string>& words, const Place& place) : place_(place) {
    const bool locales_too = is_plural(place.before);  // /countries/de
    for (const std::string& word : words) {
      const Node* child = child_of(node, word);
      if (is_service_prefix(word) || (is_locale(word) && !locales_too)) continue;
      if (is_leaf(*child) && !extension_of(word).empty()) continue;  // a file, not a value
      if (is_self_word(word)) continue;
      (is_route_word(word) ? route_words_ : all_).push_back({&word, child, features_of(*child)});
    }
    for (const Candidate& c : all_) {
      for (const auto& [name, hits] : c.features) ++support_[name];
    }
    text_ = child_of(node, edge_of(Kind::kText));
    // More private words than there are children: these are values too, as in /repos/{owner}/{repo}.
    const auto rare = std::ranges::count_if(
        support_, [this](const auto& s) { return is_literal(s.first) && is_private(s.second); });
    values_follow_ = static_cast<std::size_t>(rare) >= std::max<std::size_t>(20, all_.size());
    for (const auto& [edge, child] : node.children) {
      beside_values_ |= whole_kind(edge) != Kind::kWord && whole_kind(edge) != Kind::kOdd;
    }
  }

  std::vector<std::string> values() {
    const std::size_t fewest = text_ != nullptr ? 1 : fewest_for_these();
    if (all_.size() < fewest) return {};
    mark_own_routes();
    mark_busy();
    std::vector<std::string> out;
    for (const Candidate& c : all_) {
      if (!c.kept) out.push_back(*c.word);
    }
    if (out.empty() || out.size() < fewest) return {};
    add_route_words(out);
    return out;
  }

 private:
  std::size_t share(std::size_t count) const { return all_.empty() ? 0 : 100 * count / all_.size(); }

  template <typename Test>
  std::size_t share_of(Test test) const {
    return share(static_cast<std::size_t>(std::ranges::count_if(all_, test)));
  }

  bool is_private(std::size_t support) const { return support <= std::max<std::size_t>(1, all_.size() / 20); }

  // Requests for what hardly any other of the words has.
  std::uint64_t private_hits(const Candidate& c) const {
    std::uint64_t hits = 0;
    for (const auto& [name, count] : c.features) {
      if (is_private(support_.at(name))) hits += count;
    }
    return hits;
  }
  bool has_own_routes(const Candidate& c) const {
    if (values_follow_) return false;
    return private_hits(c) >= std::max<std::uint64_t>(3, c.node->hits / 20);
  }

  // A fixed word that most of them have behind them: /categories/{slug}/products.
  bool same_words_follow() const {
    return std::ranges::any_of(support_, [&](const auto& s) {
      return is_literal(s.first) && s.second >= 3 && share(s.second) >= 50;
    });
  }

  // Nothing else than such words: /v2/{image}/manifests, /v2/{image}/blobs, /v2/{image}/tags.
  bool only_same_words_follow() const {
    std::uint64_t shared = 0;
    std::uint64_t hits = 0;
    for (const Candidate& c : all_) {
      for (const auto& [name, count] : c.features) {
        if (is_method(name)) continue;
        hits += count;
        const std::size_t support = support_.at(name);
        if (is_literal(name) && support >= 3 && share(support) >= 10) shared += count;
      }
    }
    const auto goes_on = [](const Candidate& c) {
      return c.features.size() > 0 && !is_method(c.features.rbegin()->first);
    };
    return share_of(goes_on) >= 50 && shared * 100 >= hits * 90;
  }

  std::size_t fewest_for_these() const {
    std::size_t fewest = fewest_at(place_);
    const auto is_collection = [](const Candidate& c) { return c.features.count(kAnyValue) > 0; };
    const bool collections = share_of(is_collection) >= 40;
    // Not for few of them where services have their parts: /api/orders/list, /api/users/list.
    if (!collections && only_same_words_follow())
      return names_parts(place_) || is_container(place_.before) ? 25 : 3;
    if (collections) {
      fewest *= 4;  // /items, /items/{id}, /orders, /orders/{id}: names of collections
    } else if (same_words_follow()) {
      fewest = std::max<std::size_t>(3, fewest / 3);
    }
    if (share_of([this](const Candidate& c) { return has_own_routes(c); }) >= 50) fewest *= 2;
    const bool texts = share_of([](const Candidate& c) { return looks_like_value(*c.word); }) >= 50;
    if (share_of([](const Candidate& c) { return is_surely_value(*c.word); }) >= 50) {
      fewest = 3;
    } else if (texts) {
      fewest = std::max<std::size_t>(3, fewest / 3);
    } else if (beside_values_) {
      fewest *= 2;  // /users/me beside /users/{id}
    }
    // Of names, new ones keep coming; of parts, all are soon known and come again.
    const bool rare = share_of([](const Candidate& c) { return c.node->hits <= 2; }) >= 30;
    if (rare && all_.size() >= 8) {
      fewest /= 2;
    } else if (names_parts(place_)) {
      fewest *= 5;
    }
    return fewest;
  }

  void mark_own_routes() {
    if (share_of([this](const Candidate& c) { return has_own_routes(c); }) >= 50) return;
    for (Candidate& c : all_) c.kept = has_own_routes(c);
  }

  // A word of routes is a value all the same when it has behind it what the values have: a namespace
  // "default".
  void add_route_words(std::vector<std::string>& values) const {
    Features group = text_ == nullptr ? Features() : features_of(*text_);
    for (const Candidate& c : all_) {
      if (!c.kept) group.insert(c.features.begin(), c.features.end());
    }
    for (const Candidate& c : route_words_) {
      const bool leaf = std::ranges::all_of(c.features, [](const auto& f) { return is_method(f.first); });
      const bool same =
          std::ranges::all_of(c.features, [&](const auto& f) { return group.contains(f.first); });
      if (!leaf && same) values.push_back(*c.word);
    }
  }

  // A plain word among titles needs less to stand out, when there are hardly any.
  void mark_plain(const std::vector<Candidate*>& order, std::uint64_t all_hits) {
    std::vector<Candidate*> plain;
    std::ranges::copy_if(order, std::back_inserter(plain),
                         [](const Candidate* c) { return is_plain_word(*c->word); });
    if (plain.size() > 3 || plain.size() * 10 > order.size()) return;
    for (Candidate* c : plain) c->kept = c->node->hits * order.size() >= 4 * all_hits;
  }

  // The few at the top, when a gap of four divides them from the rest and they are far above its mean.
  void mark_busy() {
    std::vector<Candidate*> order;
    std::uint64_t rest = 0;
    for (Candidate& c : all_) {
      if (c.kept) continue;
      order.push_back(&c);
      rest += c.node->hits;
    }
    std::ranges::stable_sort(
        order, [](const Candidate* a, const Candidate* b) { return a->node->hits > b->node->hits; });
    if (order.empty()) return;
    mark_plain(order, rest);
    const std::size_t most = std::clamp<std::size_t>(order.size() / 10, 3, 8);
    std::size_t busy = 0;
    for (std::size_t i = 0; i + 2 < order.size() && i < most; ++i) {
      const std::uint64_t hits = order[i]->node->hits;
      rest -= hits;
      const std::uint64_t left = order.size() - i - 1;
      if (hits >= 4 * order[i + 1]->node->hits && hits * left >= 20 * rest) busy = i + 1;
    }
    for (std::size_t i = 0; i < busy; ++i) order[i]->kept = true;
  }

  const Place& place_;
  std::vector<Candidate> all_;
  std::map<std::string, std::size_t, std::less<>> support_;  // of a feature: how many words have it
  std::vector<Candidate> route_words_;
  const Node* text_ = nullptr;  // words that were merged before
  bool values_follow_ = false;
  bool beside_values_ = false;
};

}  // namespace

std::vector<std::string> values_among(const Node& node, const std::vector<std::string>& words,
                                      const Place& place) {
  return Judge(node, words, place).values();
}

std::vector<std::string> least_of(const Node& node, const std::vector<std::string>& words, std::size_t keep) {
  std::vector<std::string> order = words;
  const auto rank = [&](const std::string& word) {
    return std::pair(is_route_word(word), child_of(node, word)->hits);
  };
  std::ranges::stable_sort(order,
                           [&](const std::string& a, const std::string& b) { return rank(a) > rank(b); });
  order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(std::min(keep, order.size())));
  return order;
}

}  // namespace routemeter::learn

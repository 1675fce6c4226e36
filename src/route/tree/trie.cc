// SPDX-License-Identifier: Apache-2.0
#include "route/tree/trie.h"

namespace routemeter::route {
namespace {

// The highest bit of each byte that is `tag`; all are below 0x80.
std::uint64_t equal_tags(const std::array<char, 8>& tags, std::uint64_t tag) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  return (kEach * 0x80 - (load64(tags.data()) ^ kEach * tag)) & (kEach * 0x80);
}

// The number of the first byte that equal_tags() found; there is one.
std::uint32_t first_equal(std::uint64_t equal) noexcept {
  return static_cast<std::uint32_t>(__builtin_ctzll(equal)) / 8;
}

}  // namespace

// Where a text that is not long ends, if it is the next of the path and one of the first segments does so; or
// 0.
inline std::size_t Trie::text_end(const Node& child, Place place, std::string_view path) noexcept {
  const std::size_t start = place.at + 1;
  const std::size_t end = start + child.text_size;
  const std::uint64_t other = child.other({path.data() + start, child.text_size});
  return other == 0 && end < kEndsBytes && (place.ends >> end & 1) != 0 ? end : 0;
}

inline std::string_view Trie::text_of(const Node& node) const noexcept {
  return node.text_size != kLong ? std::string_view(node.text.data(), node.text_size)
                                 : rares_[node.rare].text;
}

inline bool Trie::leads_to(std::uint32_t child, std::string_view path, std::size_t start) const noexcept {
  const Node& node = nodes_[child];
  const std::string_view rest = path.substr(start);
  const std::string_view text = text_of(node);
  if (rest.size() < text.size() || (rest.size() != text.size() && rest[text.size()] != '/')) return false;
  return node.text_size != kLong ? node.other({rest.data(), text.size()}) == 0 : rest.starts_with(text);
}

/// Takes every way that is open, for nodes of every kind.
struct Trie::Walk {
  const Trie& trie;
  const std::string_view path;
  const Ask ask;
  Best best;

  // Each node is visited once at most, so a search costs no more than the number of rules, whatever the path.
  void visit(std::uint32_t id, Place place) noexcept {
    // Where only one way is open the loop takes it: mostly that is so.
    for (;;) {
      const Node& node = trie.nodes_[id];
      if (node.lowest >= best.full) return;
      if (place.at == path.size()) return offer_ends(node);
      const std::size_t start = place.at + 1;
      const std::size_t end = place.segment_end(path);
      const std::uint32_t child = static_child(node, start, end - start);
      const bool rare_ways = node.rare_lowest != kNoRule;
      if (child != kNowhere) {
        const Place behind = place.far_behind(start + trie.text_of(trie.nodes_[child]).size());
        if (node.any != kNowhere || rare_ways) {
          visit(child, behind);
          return visit_others(node, place, end);
        }
        id = child;
        place = behind;
      } else {
        if (rare_ways) return visit_others(node, place, end);
        if (end == start) return;
        id = node.any;
        place = place.behind(end);
      }
    }
  }

  // All but the static children.
  void visit_others(const Node& node, Place place, std::size_t segment_end) noexcept {
    if (node.any_lowest < best.full && segment_end != place.at + 1) {
      visit(node.any, place.behind(segment_end));
    }
    if (node.rare_lowest < best.full) visit_rare(trie.rares_[node.rare], place, segment_end);
  }

  std::uint32_t static_child(const Node& node, std::size_t start, std::size_t size) const noexcept {
    if (node.buckets == 0) return kNowhere;
    const std::uint64_t hash = segment_hash(path.substr(start, size));
    const Bucket& bucket = trie.buckets_[node.buckets + hash_bucket(hash, node.bucket_mask)];
    for (std::uint64_t equal = equal_tags(bucket.tags, hash_tag(hash)); equal != 0; equal &= equal - 1) {
      const std::uint32_t child = bucket.children + first_equal(equal);
      if (trie.leads_to(child, path, start)) return child;
    }
    for (std::uint32_t i = Bucket::kTags; i < bucket.count; ++i) {
      if (trie.leads_to(bucket.children + i, path, start)) return bucket.children + i;
    }
    return kNowhere;
  }

  void visit_rare(const Rare& rare, Place place, std::size_t segment_end) noexcept {
    const std::string_view rest = path.substr(place.at + 1);
    const std::string_view segment = path.substr(place.at + 1, segment_end - place.at - 1);
    for (const Parameter& parameter : rare.parameters) {
      if (parameter.lowest < best.full && trie.patterns_[parameter.pattern].matches(segment)) {
        visit(parameter.child, place.behind(segment_end));
      }
    }
    for (const Rest& candidate : rare.rests) {
      if (candidate.guard.rule >= best.full) break;
      // `.*` stops at a newline.
      if (rest.starts_with(candidate.prefix) &&
          rest.find('\n', candidate.prefix.size()) == std::string_view::npos) {
        best.offer(candidate.guard, ask);
      }
    }
  }

  void offer_ends(const Node& node) noexcept {
    best.offer(node.end, ask);
    for (const Guard& end : trie.rares_[node.rare].ends) {
      if (end.rule >= best.full) break;
      best.offer(end, ask);
    }
  }
};

[[gnu::noinline]] Best Trie::walk(std::uint32_t from, Place place, std::string_view path,
                                  Ask ask) const noexcept {
  Walk walk{*this, path, ask, {}};
  walk.visit(from, place);
  return walk.best;
}

// Mostly one way is open at each node, and takes no more than a look at its bucket. As long as that is so the
// walk goes on by arithmetic: the next segment does not wait for the node before it, and whether the hash
// told the truth is asked once, at the end.
Best Trie::search(std::string_view path, SegmentEnds ends, Ask ask) const noexcept {
  const Place root = Place::first(ends);
  Place place = root;
  std::uint32_t id = kRoot;
  if (const std::size_t end = text_end(nodes_[usual_], root, path); usual_ != kNowhere && end != 0) {
    id = usual_;
    place = root.far_behind(end);
  }
  std::uint64_t wrong = 0;  // not 0: some text was another one
  while (place.ends != 0) {
    const Node& node = nodes_[id];
    if (node.hard) break;
    const std::size_t start = place.at + 1;
    const std::size_t end = place.near_end();
    const std::size_t size = end - start;
    const SegmentWords words(path.data() + start, size);
    const std::uint64_t hash = words.hash();
    const Bucket& bucket = buckets_[node.buckets + hash_bucket(hash, node.bucket_mask)];
    const std::uint64_t equal = equal_tags(bucket.tags, hash_tag(hash));
    if (equal == 0) {
      id = size != 0 ? node.any : kNowhere;
      place = place.behind(end);
      continue;
    }
    if (node.any != kNowhere && size != 0) break;
    id = bucket.children + first_equal(equal);
    const Node& child = nodes_[id];
    if (node.several_below && child.several) {
      const std::size_t there = text_end(child, place, path);
      if (there == 0) return walk(kRoot, root, path, ask);
      place = place.far_behind(there);
    } else {
      place = place.behind(end);
      wrong |= child.other(words) | (child.text_size ^ size);
    }
  }
  if (wrong != 0) return walk(kRoot, root, path, ask);
  const Guard& end = nodes_[id].end;
  const bool taken = place.at == path.size() && (end.methods & ask.method) != 0 && end.host == 0;
  return taken ? Best{end.rule, kNoRule} : walk(id, place, path, ask);
}

}  // namespace routemeter::route

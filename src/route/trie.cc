// SPDX-License-Identifier: Apache-2.0
#include "route/trie.h"

namespace routemeter::route {
namespace {

// The highest bit of each byte that is `tag`; all are below 0x80.
std::uint64_t equal_tags(const std::array<char, 8>& tags, std::uint64_t tag) noexcept {
  constexpr std::uint64_t kEach = 0x0101010101010101U;
  return (kEach * 0x80 - (load64(tags.data()) ^ kEach * tag)) & (kEach * 0x80);
}

// The number of the first byte that equal_tags() found; there need be none, but then it is one that is not.
std::uint32_t first_equal(std::uint64_t equal) noexcept {
  return static_cast<std::uint32_t>(__builtin_ctzll(equal | std::uint64_t{1} << 63)) / 8;
}

}  // namespace

/// Takes every way that is open, for nodes of every kind.
struct Trie::Walk {
  const Trie& trie;
  const std::string_view path;
  const Ask ask;
  Best best;

  // Each node is visited once at most, so a search costs no more than the number of rules, whatever the path.
  void visit(std::uint32_t id, Place place) noexcept {
    // The last way on that is open is taken by the loop, those before it by recursion: mostly there is one.
    for (;;) {
      const Node& node = trie.nodes_[id];
      if (node.lowest >= best.full) return;
      if (place.at == path.size()) return offer_ends(node);
      const std::size_t start = place.at + 1;
      const std::size_t end = place.segment_end(path);
      const std::uint32_t any = end != start ? node.any : kNowhere;
      if (const std::uint32_t child = static_child(node, start, end - start); child != kNowhere) {
        const Place behind = place.far_behind(start + text_of(trie.nodes_[child]).size());
        if (any == kNowhere && !node.rare_ways) {
          id = child;
          place = behind;
          continue;
        }
        visit(child, behind);
      }
      if (node.rare_ways) visit_rare(trie.rares_[node.rare], place, end);
      if (any == kNowhere) return;
      id = any;
      place = place.behind(end);
    }
  }

  std::uint32_t static_child(const Node& node, std::size_t start, std::size_t size) const noexcept {
    const std::uint64_t hash = segment_hash(path.substr(start, size));
    const Bucket& bucket = trie.buckets_[node.buckets + hash_bucket(hash, node.bucket_mask)];
    const std::uint32_t end = bucket.children + bucket.count;
    for (std::uint32_t child = bucket.children; child < end; ++child) {
      if (trie.leads_to(child, path, start)) return child;
    }
    return kNowhere;
  }

  void visit_rare(const Rare& rare, Place place, std::size_t segment_end) noexcept {
    const std::string_view rest = path.substr(place.at + 1);
    const std::string_view segment = path.substr(place.at + 1, segment_end - place.at - 1);
    for (std::uint32_t i = rare.parameters; i < rare.parameters_end; ++i) {
      const Parameter& parameter = trie.parameters_[i];
      if (parameter.lowest < best.full && trie.patterns_[parameter.pattern].matches(segment)) {
        visit(parameter.child, place.behind(segment_end));
      }
    }
    for (std::uint32_t i = rare.rests; i < rare.rests_end; ++i) {
      const Rest& candidate = trie.rests_[i];
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
    const Rare& rare = trie.rares_[node.rare];
    for (std::uint32_t i = rare.ends; i < rare.ends_end; ++i) {
      if (trie.ends_[i].rule >= best.full) break;
      best.offer(trie.ends_[i], ask);
    }
  }

  std::string_view text_of(const Node& node) const noexcept { return trie.text_of(node); }
};

std::string_view Trie::text_of(const Node& node) const noexcept {
  if (node.text_size != kLong) return {node.text.data(), node.text_size};
  const Rare& rare = rares_[node.rare];
  return std::string_view(texts_).substr(rare.text, rare.text_end - rare.text);
}

bool Trie::leads_to(std::uint32_t child, std::string_view path, std::size_t start) const noexcept {
  const std::string_view rest = path.substr(start);
  const std::string_view text = text_of(nodes_[child]);
  return rest.starts_with(text) && (rest.size() == text.size() || rest[text.size()] == '/');
}

[[gnu::noinline]] Best Trie::walk(std::uint32_t from, Place place, std::string_view path,
                                  Ask ask) const noexcept {
  Walk walk{*this, path, ask, {}};
  walk.visit(from, place);
  return walk.best;
}

std::optional<Place> Trie::behind_text(const Node& child, Place place, std::string_view path) const noexcept {
  const std::size_t start = place.at + 1;
  const std::size_t end = start + child.text_size;
  const SegmentWords words(path.data() + start, child.text_size);
  // A '/' in the text was one of the ends.
  if (child.other(words) != 0 || end >= kEndsBytes || (place.ends >> end & 1) == 0) return std::nullopt;
  return place.far_behind(end);
}

// Mostly one way is open at each node, and takes no more than a look at its bucket. As long as that is so the
// walk goes on by arithmetic: which child is next is no question for a branch, which would be guessed wrong,
// and whether the hash told the truth is asked once, at the end.
Best Trie::search(std::string_view path, SegmentEnds ends, Ask ask) const noexcept {
  const Place root = Place::first(ends);
  Place place = root;
  std::uint32_t id = kRoot;
  if (usual_ != kNowhere) {
    if (const std::optional<Place> behind = behind_text(nodes_[usual_], root, path)) {
      id = usual_;
      place = *behind;
    }
  }
  std::uint64_t wrong = 0;  // not 0: some text was another one
  while (place.at != path.size()) {
    const Node& node = nodes_[id];
    const std::size_t start = place.at + 1;
    const std::size_t end = place.segment_end(path);
    const std::size_t size = end - start;
    const SegmentWords words(path.data() + start,
                             end <= kEndsBytes ? size : std::min(size, SegmentWords::kMaxSize));
    const std::uint64_t hash = words.hash();
    const Bucket& bucket = buckets_[node.buckets + hash_bucket(hash, node.bucket_mask)];
    const std::uint64_t equal = equal_tags(bucket.tags, hash_tag(hash));
    const std::uint32_t any = size != 0 ? node.any : kNowhere;
    if (node.hard || (equal != 0 && any != kNowhere)) {
      return wrong == 0 ? walk(id, place, path, ask) : walk(kRoot, root, path, ask);
    }
    id = equal != 0 ? bucket.children + first_equal(equal) : any;
    const Node& next = nodes_[id];
    if (next.several) {
      const std::optional<Place> behind = behind_text(next, place, path);
      if (!behind) return walk(kRoot, root, path, ask);
      place = *behind;
    } else {
      place = place.behind(end);
      if (equal != 0) wrong |= next.other(words) | (next.text_size ^ size);
    }
  }
  if (wrong != 0) return walk(kRoot, root, path, ask);
  const Node& node = nodes_[id];
  if ((node.end.methods & ask.method) == 0 || node.end.host != 0) return walk(id, place, path, ask);
  return {node.end.rule, kNoRule};
}

}  // namespace routemeter::route

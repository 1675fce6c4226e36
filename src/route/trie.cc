// SPDX-License-Identifier: Apache-2.0
#include "route/trie.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <utility>

#include "route/bytes16.h"
#include "route/mix.h"

namespace routemeter::route {
namespace {

constexpr std::size_t kWords = 16;  // bytes of a segment that are hashed as two words
// Sixteen bytes from kFirst + 16 - n keep the first n bytes of as many.
constexpr auto kFirst = [] {
  std::array<char, 32> bytes{};
  for (std::size_t i = 0; i < 16; ++i) bytes[i] = static_cast<char>(0xff);
  return bytes;
}();

// Of a segment behind which kReadBehind bytes may be read.
std::uint64_t hash_of(const char* segment, std::size_t size) noexcept {
  std::uint64_t head = load64(segment);
  std::uint64_t tail = load64(segment + 8);
  if (size <= kWords) {
    head &= load64(kFirst.data() + kWords - size);
    tail &= load64(kFirst.data() + kWords + 8 - size);
  } else {
    for (std::size_t i = kWords; i < size; i += 8) {
      head = mix(head ^ load64(segment + std::min(i, size - 8)), kMixB);
    }
  }
  return mix(head ^ kMixA, tail ^ kMixB);
}

std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash) | 1; }
std::uint32_t bucket_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32); }

// Bit i: tag i is this one.
std::uint32_t equal_tags(const std::array<std::uint32_t, 4>& tags, std::uint32_t tag) noexcept {
#ifdef __SSE2__
  const __m128i all = _mm_load_si128(reinterpret_cast<const __m128i*>(tags.data()));
  const __m128i same = _mm_cmpeq_epi32(all, _mm_set1_epi32(static_cast<int>(tag)));
  return static_cast<std::uint32_t>(_mm_movemask_ps(_mm_castsi128_ps(same)));
#else
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < 4; ++i) mask |= static_cast<std::uint32_t>(tags[i] == tag) << i;
  return mask;
#endif
}

// The parts of each segment; false when there is something that the tree does not have.
bool cut_segments(std::span<const TemplatePart> parts, std::vector<std::vector<TemplatePart>>& segments) {
  if (parts.empty() || !parts[0].is_literal || parts[0].literal[0] != '/') return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const TemplatePart& part = parts[i];
    if (!part.is_literal) {
      const bool is_path = part.converter == TemplatePart::Converter::kPath;
      if (is_path && i + 1 != parts.size()) return false;
      segments.back().push_back(part);
      continue;
    }
    std::string_view text = part.literal;
    while (!text.empty()) {
      if (text[0] == '/') {
        segments.emplace_back();
        text.remove_prefix(1);
        continue;
      }
      TemplatePart piece;
      piece.literal = text.substr(0, text.find('/'));
      text.remove_prefix(piece.literal.size());
      segments.back().push_back(std::move(piece));
    }
  }
  return segments.size() <= kMaxSegments;
}

}  // namespace

/// The tree while it is filled.
struct Trie::Draft {
  std::map<std::string, std::unique_ptr<Draft>, std::less<>> statics;
  std::unique_ptr<Draft> any;
  std::vector<std::pair<SegmentPattern, std::unique_ptr<Draft>>> parameters;
  std::vector<Guard> ends;
  std::vector<Rest> rests;
  RuleIndex lowest = kNoRule;

  /// Nothing here but one static child.
  bool is_link() const {
    return statics.size() == 1 && any == nullptr && parameters.empty() && ends.empty() && rests.empty();
  }
};

Trie::Trie() : draft_(std::make_unique<Draft>()) {}
Trie::~Trie() = default;
Trie::Trie(Trie&&) noexcept = default;
Trie& Trie::operator=(Trie&&) noexcept = default;

bool Trie::add(std::span<const TemplatePart> parts, const Guard& guard) {
  std::vector<std::vector<TemplatePart>> segments;
  if (!cut_segments(parts, segments)) return false;
  std::vector<std::optional<SegmentPattern>> patterns(segments.size());
  const bool takes_rest =
      !parts.back().is_literal && parts.back().converter == TemplatePart::Converter::kPath;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool is_text = std::all_of(segments[i].begin(), segments[i].end(),
                                     [](const TemplatePart& p) { return p.is_literal; });
    if (is_text) continue;
    if (takes_rest && i + 1 == segments.size()) {
      if (segments[i].size() > 2 || (segments[i].size() == 2 && !segments[i][0].is_literal)) return false;
      continue;
    }
    patterns[i] = SegmentPattern::make(segments[i]);
    if (!patterns[i]) return false;
  }

  Draft* node = draft_.get();
  node->lowest = std::min(node->lowest, guard.rule);
  const std::size_t steps = segments.size() - (takes_rest ? 1 : 0);
  for (std::size_t i = 0; i < steps; ++i) {
    std::unique_ptr<Draft>* child = nullptr;
    if (patterns[i] && patterns[i]->is_any()) {
      child = &node->any;
    } else if (patterns[i]) {
      auto found = std::find_if(node->parameters.begin(), node->parameters.end(),
                                [&](const auto& have) { return have.first == *patterns[i]; });
      if (found == node->parameters.end()) {
        node->parameters.emplace_back(*patterns[i], nullptr);
        found = std::prev(node->parameters.end());
      }
      child = &found->second;
    } else {
      child = &node->statics[segments[i].empty() ? std::string() : segments[i][0].literal];
    }
    if (*child == nullptr) *child = std::make_unique<Draft>();
    node = child->get();
    node->lowest = std::min(node->lowest, guard.rule);
  }
  if (takes_rest) {
    const std::vector<TemplatePart>& last = segments.back();
    node->rests.push_back({last.size() == 2 ? last[0].literal : std::string(), guard});
  } else {
    node->ends.push_back(guard);
  }
  return true;
}

void Trie::freeze() {
  rares_.emplace_back();
  flatten(*draft_, "", 0);
  draft_.reset();
}

// Makes the node that `text` leads to, and all below it: those that are visited one after the other lie
// together.
std::uint32_t Trie::flatten(const Draft& draft, std::string_view text, std::size_t depth) {
  const auto id = static_cast<std::uint32_t>(nodes_.size());
  Node& node = nodes_.emplace_back();
  node.depth = static_cast<std::uint8_t>(depth);
  node.lowest = draft.lowest;
  node.length = static_cast<std::uint32_t>(text.size());
  const std::string_view begin = text.substr(0, node.text.size());
  std::copy(begin.begin(), begin.end(), node.text.begin());
  node.in_text = static_cast<std::uint16_t>((1U << begin.size()) - 1);
  node.more_text = static_cast<std::uint32_t>(texts_.size());
  texts_ += text.substr(begin.size());
  if (!draft.ends.empty()) node.end = draft.ends[0];
  if (draft.any != nullptr) {
    const std::uint32_t any = flatten(*draft.any, "", depth + 1);
    nodes_[id].any = any;
  }
  flatten_statics(draft, id);
  flatten_rare(draft, id);
  return id;
}

void Trie::flatten_statics(const Draft& draft, std::uint32_t id) {
  if (draft.statics.empty()) return;
  // Half full.
  const std::size_t count = std::bit_ceil((draft.statics.size() + 1) / 2);
  const std::size_t buckets = draft.statics.size() <= kBucketSize ? 1 : count;
  nodes_[id].buckets = static_cast<std::uint32_t>(buckets_.size());
  nodes_[id].bucket_bits = static_cast<std::uint8_t>(std::countr_zero(buckets));
  buckets_.resize(buckets_.size() + buckets);
  for (const auto& [segment, tree] : draft.statics) {
    nodes_[id].too_long = std::max(nodes_[id].too_long, static_cast<std::uint32_t>(segment.size()) + 1);
    std::string text = segment;
    const Draft* child = tree.get();
    std::size_t depth = nodes_[id].depth + std::size_t{1};
    for (; child->is_link(); ++depth) {
      text += '/' + child->statics.begin()->first;
      child = child->statics.begin()->second.get();
    }
    insert(id, segment, flatten(*child, text, depth));
  }
}

void Trie::insert(std::uint32_t id, std::string_view segment, std::uint32_t child) {
  std::string padded(segment);
  padded.append(kReadBehind, '\0');
  const std::uint64_t hash = hash_of(padded.data(), segment.size());
  const Node& node = nodes_[id];
  for (std::uint32_t i = bucket_of(hash);; ++i) {
    Bucket& bucket = buckets_[node.buckets + (i & node.bucket_mask())];
    auto* const free = std::find(bucket.tags.begin(), bucket.tags.end(), 0U);
    if (free == bucket.tags.end()) continue;
    *free = tag_of(hash);
    bucket.children[static_cast<std::size_t>(free - bucket.tags.begin())] = child;
    return;
  }
}

void Trie::flatten_rare(const Draft& draft, std::uint32_t id) {
  if (draft.ends.size() <= 1 && draft.rests.empty() && draft.parameters.empty()) return;
  const auto size_of = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
  Rare rare;
  rare.ends = size_of(ends_);
  if (!draft.ends.empty()) ends_.insert(ends_.end(), draft.ends.begin() + 1, draft.ends.end());
  rare.ends_end = size_of(ends_);
  rare.rests = size_of(rests_);
  rests_.insert(rests_.end(), draft.rests.begin(), draft.rests.end());
  rare.rests_end = size_of(rests_);
  // The list of a node lies together, so its children come after it.
  rare.parameters = size_of(parameters_);
  for (const auto& [pattern, tree] : draft.parameters) parameters_.push_back({pattern, 0});
  rare.parameters_end = size_of(parameters_);
  std::uint32_t at = rare.parameters;
  for (const auto& [pattern, tree] : draft.parameters) {
    const std::uint32_t child = flatten(*tree, "", nodes_[id].depth + std::size_t{1});
    parameters_[at++].child = child;
  }
  nodes_[id].rare = size_of(rares_);
  rares_.push_back(rare);
}

struct Trie::Walk {
  const Trie& trie;
  const std::string_view path;
  const Segments& segments;
  const Ask ask;
  Best best;

  // Each node is visited once at most, so a search costs no more than the number of rules, whatever the path.
  void visit(std::uint32_t id) noexcept {
    // The last way on that is open is taken by the loop, only those before it by recursion: mostly there is
    // one.
    for (;;) {
      const Node& node = trie.nodes_[id];
      if (node.lowest >= best.full) return;
      if (node.depth == segments.count) {
        if (segments.complete) offer_ends(node);
        return;
      }
      const std::uint32_t start = segments.slash[node.depth] + 1;
      const std::uint32_t size = segments.slash[node.depth + 1U] - start;
      std::uint32_t next = size < node.too_long ? static_child(node, start, size) : 0;
      if (node.any != 0 && size != 0) {
        if (next != 0) visit(next);
        next = node.any;
      }
      if (node.rare != 0) next = visit_rare(trie.rares_[node.rare], path.substr(start), size, next);
      if (next == 0) return;
      id = next;
    }
  }

  std::uint32_t static_child(const Node& node, std::uint32_t start, std::uint32_t size) const noexcept {
    const std::uint64_t hash = hash_of(path.data() + start, size);
    const std::uint32_t first = bucket_of(hash);
    for (std::uint32_t i = 0; i <= node.bucket_mask(); ++i) {
      const Bucket& bucket = trie.buckets_[node.buckets + ((first + i) & node.bucket_mask())];
      for (std::uint32_t same = equal_tags(bucket.tags, tag_of(hash)); same != 0; same &= same - 1) {
        const std::uint32_t child = bucket.children[static_cast<std::size_t>(__builtin_ctz(same))];
        if (leads_to(trie.nodes_[child], start)) return child;
      }
      if (bucket.tags.back() == 0) break;
    }
    return 0;
  }

  // The text of `child` begins at `start`, and a segment ends behind it.
  bool leads_to(const Node& child, std::uint32_t start) const noexcept {
    if (child.depth > segments.count || segments.slash[child.depth] != start + child.length) return false;
    const char* const at = path.data() + start;
    if ((Bytes16(at).equal(Bytes16(child.text.data())) & child.in_text) != child.in_text) return false;
    const std::size_t known = child.text.size();
    return child.length <= known ||
           std::memcmp(at + known, trie.texts_.data() + child.more_text, child.length - known) == 0;
  }

  // Of the ways on that are open, `next` and those that are found here, all but the last.
  std::uint32_t visit_rare(const Rare& rare, std::string_view rest, std::size_t size,
                           std::uint32_t next) noexcept {
    const std::string_view segment = rest.substr(0, size);
    for (std::uint32_t i = rare.parameters; i < rare.parameters_end; ++i) {
      const Parameter& parameter = trie.parameters_[i];
      if (!parameter.pattern.matches(segment)) continue;
      if (next != 0) visit(next);
      next = parameter.child;
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
    return next;
  }

  void offer_ends(const Node& node) noexcept {
    best.offer(node.end, ask);
    if (node.rare == 0) return;
    const Rare& rare = trie.rares_[node.rare];
    for (std::uint32_t i = rare.ends; i < rare.ends_end; ++i) {
      if (trie.ends_[i].rule >= best.full) break;
      best.offer(trie.ends_[i], ask);
    }
  }
};

Best Trie::search(std::string_view path, const Segments& segments, const Ask& ask) const noexcept {
  Walk walk{*this, path, segments, ask, {}};
  walk.visit(0);
  return walk.best;
}

}  // namespace routemeter::route

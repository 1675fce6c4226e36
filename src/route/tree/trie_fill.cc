// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <utility>

#include "route/tree/segment_hash.h"
#include "route/tree/trie.h"

// How the tree is made; trie.cc searches it.

namespace routemeter::route {
namespace {

// The parts of each segment; false when there is something that the tree does not have.
bool cut_segments(std::span<const TemplatePart> parts, std::vector<std::vector<TemplatePart>>& segments) {
  if (parts.empty() || !parts[0].is_literal || parts[0].literal[0] != '/') return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const TemplatePart& part = parts[i];
    if (!part.is_literal) {
      const bool is_path = row_of(part.converter).spans_segments;
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

template <typename List>
std::uint32_t size_of(const List& list) {
  return static_cast<std::uint32_t>(list.size());
}

}  // namespace

/// The tree while it is filled.
struct Trie::Draft {
  std::map<std::string, std::unique_ptr<Draft>, std::less<>> statics;
  std::unique_ptr<Draft> any;
  std::vector<std::pair<std::uint32_t, std::unique_ptr<Draft>>> parameters;  // by pattern_number()
  std::vector<Guard> ends;
  std::vector<Rest> rests;
  RuleIndex lowest = kNoRule;
  std::size_t rules = 0;  // in this subtree

  void take(RuleIndex rule) {
    lowest = std::min(lowest, rule);
    ++rules;
  }
  /// Nothing here but one static child.
  bool is_link() const {
    return statics.size() == 1 && any == nullptr && parameters.empty() && ends.empty() && rests.empty();
  }
};

/// Of the static children of a node.
struct Trie::Child {
  std::uint64_t hash;  // of the segment
  const std::string* segment;
  const Draft* tree;
};

struct Trie::Filling {
  Draft root;
  std::map<SegmentPattern, std::uint32_t> patterns;
};

Trie::Trie() : filling_(std::make_unique<Filling>()) {}
Trie::~Trie() = default;
Trie::Trie(Trie&&) noexcept = default;
Trie& Trie::operator=(Trie&&) noexcept = default;

bool Trie::add(std::span<const TemplatePart> parts, const Guard& guard) {
  std::vector<std::vector<TemplatePart>> segments;
  if (!cut_segments(parts, segments)) return false;
  std::vector<std::optional<SegmentPattern>> patterns(segments.size());
  const bool takes_rest = !parts.back().is_literal && row_of(parts.back().converter).spans_segments;
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

  Draft* node = &filling_->root;
  node->take(guard.rule);
  const std::size_t steps = segments.size() - (takes_rest ? 1 : 0);
  for (std::size_t i = 0; i < steps; ++i) {
    std::unique_ptr<Draft>* child = nullptr;
    if (patterns[i] && patterns[i]->is_any()) {
      child = &node->any;
    } else if (patterns[i]) {
      const std::uint32_t number = pattern_number(*patterns[i]);
      auto found = std::find_if(node->parameters.begin(), node->parameters.end(),
                                [number](const auto& have) { return have.first == number; });
      if (found == node->parameters.end()) {
        node->parameters.emplace_back(number, nullptr);
        found = std::prev(node->parameters.end());
      }
      child = &found->second;
    } else {
      child = &node->statics[segments[i].empty() ? std::string() : segments[i][0].literal];
    }
    if (*child == nullptr) *child = std::make_unique<Draft>();
    node = child->get();
    node->take(guard.rule);
  }
  if (takes_rest) {
    const std::vector<TemplatePart>& last = segments.back();
    node->rests.push_back({last.size() == 2 ? last[0].literal : std::string(), guard});
  } else {
    node->ends.push_back(guard);
  }
  return true;
}

std::uint32_t Trie::pattern_number(const SegmentPattern& pattern) {
  const auto [at, added] = filling_->patterns.emplace(pattern, static_cast<std::uint32_t>(patterns_.size()));
  if (added) patterns_.push_back(pattern);
  return at->second;
}

void Trie::freeze() {
  nodes_.resize(kRoot + 1);
  buckets_.resize(1);  // of all nodes without static children
  rares_.resize(1);
  flatten(filling_->root, kRoot, "");
  filling_.reset();
}

// Fills the node that `text` leads to, and makes all below it.
void Trie::flatten(const Draft& draft, std::uint32_t id, std::string_view text) {
  const bool is_long = text.size() > nodes_[id].text.size();
  if (!is_long) std::copy(text.begin(), text.end(), nodes_[id].text.begin());
  nodes_[id].text_size = is_long ? kLong : static_cast<std::uint8_t>(text.size());
  nodes_[id].several = text.find('/') != std::string_view::npos;
  nodes_[id].lowest = draft.lowest;
  if (!draft.ends.empty()) nodes_[id].end = draft.ends[0];
  if (draft.any != nullptr) {
    const std::uint32_t any = size_of(nodes_);
    nodes_.emplace_back();
    nodes_[id].any = any;
    nodes_[id].any_lowest = draft.any->lowest;
    flatten(*draft.any, any, "");
  }
  flatten_statics(draft, id);
  flatten_rare(draft, id, text);
}

void Trie::flatten_statics(const Draft& draft, std::uint32_t id) {
  if (draft.statics.empty()) return;
  std::vector<Child> children;
  for (const auto& [segment, tree] : draft.statics) {
    const std::string padded = segment + std::string(kReadBehind, '\0');
    children.push_back({segment_hash({padded.data(), segment.size()}), &segment, tree.get()});
    if (segment.size() > Node().text.size()) nodes_[id].hard = true;
  }
  const std::uint32_t first = size_of(nodes_);
  nodes_.resize(nodes_.size() + children.size());
  fill_buckets(id, children, first);
  for (std::size_t i = 0; i < children.size(); ++i) {
    std::string text = *children[i].segment;
    const Draft* child = children[i].tree;
    while (child->is_link()) {
      const auto& [segment, tree] = *child->statics.begin();
      if (text.size() + 1 + segment.size() > Node().text.size()) break;
      text += '/' + segment;
      child = tree.get();
    }
    const std::uint32_t child_id = first + static_cast<std::uint32_t>(i);
    flatten(*child, child_id, text);
    if (nodes_[child_id].several) nodes_[id].several_below = true;
    const bool alone =
        id == kRoot && nodes_[id].any == kNowhere && draft.parameters.empty() && draft.rests.empty();
    if (alone && child->rules * 2 > draft.rules && nodes_[child_id].text_size != kLong) usual_ = child_id;
  }
}

// Sorts the children by bucket and makes the buckets. There are so many that none has more children than
// tags, if the hash is not very unlucky.
void Trie::fill_buckets(std::uint32_t id, std::vector<Child>& children, std::uint32_t first) {
  constexpr std::size_t kTags = Bucket::kTags;
  std::vector<std::uint32_t> counts;
  const auto fit = [&](std::size_t buckets) {
    counts.assign(buckets, 0);
    for (const Child& child : children) ++counts[hash_bucket(child.hash, size_of(counts) - 1)];
    return *std::max_element(counts.begin(), counts.end()) <= kTags;
  };
  std::size_t buckets = children.size() <= kTags ? 1 : std::bit_ceil(children.size()) / 4;
  const std::size_t most = buckets * 16;
  while (!fit(buckets) && buckets < most) buckets *= 2;
  const std::uint32_t mask = size_of(counts) - 1;
  std::stable_sort(children.begin(), children.end(), [mask](const Child& a, const Child& b) {
    return hash_bucket(a.hash, mask) < hash_bucket(b.hash, mask);
  });
  nodes_[id].buckets = size_of(buckets_);
  nodes_[id].bucket_mask = mask;
  std::uint32_t at = 0;
  for (const std::uint32_t count : counts) {
    Bucket& bucket = buckets_.emplace_back();
    bucket.children = first + at;
    bucket.count = count;
    for (std::size_t i = 0; i < std::min<std::size_t>(count, kTags); ++i) {
      bucket.tags[i] = static_cast<char>(hash_tag(children[at + i].hash));
    }
    if (count > kTags) nodes_[id].hard = true;
    at += count;
  }
}

void Trie::flatten_rare(const Draft& draft, std::uint32_t id, std::string_view text) {
  const bool is_long = nodes_[id].text_size == kLong;
  const bool has_ways = !draft.rests.empty() || !draft.parameters.empty();
  if (!has_ways && draft.ends.size() <= 1 && !is_long) return;
  RuleIndex& lowest = nodes_[id].rare_lowest;
  if (!draft.rests.empty()) lowest = draft.rests[0].guard.rule;
  for (const auto& [pattern, tree] : draft.parameters) lowest = std::min(lowest, tree->lowest);
  if (has_ways) nodes_[id].hard = true;
  Rare rare;
  if (is_long) rare.text = text;
  if (!draft.ends.empty()) rare.ends.assign(draft.ends.begin() + 1, draft.ends.end());
  rare.rests = draft.rests;
  for (const auto& [pattern, tree] : draft.parameters) {
    rare.parameters.push_back({pattern, size_of(nodes_), tree->lowest});
    nodes_.emplace_back();
  }
  nodes_[id].rare = size_of(rares_);
  rares_.push_back(rare);
  for (std::size_t i = 0; i < rare.parameters.size(); ++i)
    flatten(*draft.parameters[i].second, rare.parameters[i].child, "");
}

}  // namespace routemeter::route

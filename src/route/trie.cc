// SPDX-License-Identifier: Apache-2.0
#include "route/trie.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <utility>

#include "route/mix.h"

namespace routemeter::route {
namespace {

// Keeps the first n bytes of a word.
constexpr std::array<std::uint64_t, 9> kFirst = {0,
                                                 0xff,
                                                 0xffff,
                                                 0xffffff,
                                                 0xffffffff,
                                                 0xffffffffffU,
                                                 0xffffffffffffU,
                                                 0xffffffffffffffU,
                                                 0xffffffffffffffffU};

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
  std::vector<std::pair<SegmentPattern, std::unique_ptr<Draft>>> parameters;
  std::vector<Entry> ends;
  std::vector<Rest> rests;
  RuleIndex lowest = kNoRule;
};

Trie::Trie() : draft_(std::make_unique<Draft>()) {}
Trie::~Trie() = default;
Trie::Trie(Trie&&) noexcept = default;
Trie& Trie::operator=(Trie&&) noexcept = default;

bool Trie::add(std::span<const TemplatePart> parts, RuleIndex rule, const Guard& guard) {
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
  node->lowest = std::min(node->lowest, rule);
  const std::size_t steps = segments.size() - (takes_rest ? 1 : 0);
  for (std::size_t i = 0; i < steps; ++i) {
    std::unique_ptr<Draft>* child = nullptr;
    if (patterns[i]) {
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
    if (*child == nullptr) {
      *child = std::make_unique<Draft>();
      ++drafts_;
    }
    node = child->get();
    node->lowest = std::min(node->lowest, rule);
  }
  if (takes_rest) {
    const std::vector<TemplatePart>& last = segments.back();
    node->rests.push_back({last.size() == 2 ? last[0].literal : std::string(), {rule, guard}});
  } else {
    node->ends.push_back({rule, guard});
  }
  return true;
}

void Trie::freeze() {
  nodes_.reserve(drafts_);
  slots_.resize(std::bit_ceil(drafts_ * 2));
  nodes_.emplace_back();
  flatten(*draft_, 0);
  draft_.reset();
}

void Trie::flatten(const Draft& draft, std::uint32_t id) {
  const auto size_of = [](const auto& list) { return static_cast<std::uint32_t>(list.size()); };
  nodes_[id].lowest = draft.lowest;
  nodes_[id].ends = size_of(ends_);
  ends_.insert(ends_.end(), draft.ends.begin(), draft.ends.end());
  nodes_[id].ends_end = size_of(ends_);
  nodes_[id].rests = size_of(rests_);
  rests_.insert(rests_.end(), draft.rests.begin(), draft.rests.end());
  nodes_[id].rests_end = size_of(rests_);
  // Children of a node lie together, parameters first.
  const std::uint32_t first = size_of(nodes_);
  nodes_.resize(nodes_.size() + draft.parameters.size() + draft.statics.size());
  nodes_[id].parameters = size_of(parameters_);
  std::uint32_t child = first;
  for (const auto& [pattern, tree] : draft.parameters) parameters_.push_back({pattern, child++});
  nodes_[id].parameters_end = size_of(parameters_);
  for (const auto& [text, tree] : draft.statics) nodes_[id].statics = insert(id, text, child++);
  if (draft.statics.size() > 1) nodes_[id].statics = kMany;
  child = first;
  for (const auto& [pattern, tree] : draft.parameters) flatten(*tree, child++);
  for (const auto& [text, tree] : draft.statics) flatten(*tree, child++);
}

Trie::Key Trie::key_of(std::uint32_t node, std::string_view text, const char* readable_end) noexcept {
  const char* const p = text.data();
  const std::size_t n = text.size();
  Key key;
  key.place = static_cast<std::uint64_t>(node) << 32 | n;
  if (n > 16) {
    key.head = load64(p);
    key.tail = load64(p + n - 8);
    for (std::size_t i = 8; i + 8 < n; i += 8) key.head = mix(key.head ^ load64(p + i), kMixA);
  } else if (readable_end - p >= 16) {
    // Two loads and no branch on the size, which changes from segment to segment.
    key.head = load64(p) & kFirst[std::min<std::size_t>(n, 8)];
    key.tail = load64(p + 8) & kFirst[std::max<std::size_t>(n, 8) - 8];
  } else if (n >= 8) {
    key.head = load64(p);
    key.tail = load_short(p + 8, n - 8);
  } else {
    key.head = load_short(p, n);
  }
  return key;
}

std::size_t Trie::slot_of(const Key& key) const noexcept {
  return mix(key.head ^ key.place * kMixA, key.tail ^ kMixB) & (slots_.size() - 1);
}

std::uint32_t Trie::insert(std::uint32_t node, std::string_view text, std::uint32_t child) {
  const Key key = key_of(node, text, text.data() + text.size());
  std::size_t at = slot_of(key);
  while (slots_[at].child != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {key, child, static_cast<std::uint32_t>(texts_.size())};
  if (text.size() > 16) texts_ += text;
  return static_cast<std::uint32_t>(at);
}

bool Trie::holds(const Slot& slot, const Key& key, std::string_view text) const noexcept {
  return slot.key == key &&
         (text.size() <= 16 || std::memcmp(texts_.data() + slot.text, text.data(), text.size()) == 0);
}

std::uint32_t Trie::static_child(std::uint32_t id, std::string_view text,
                                 const char* readable_end) const noexcept {
  const std::uint32_t statics = nodes_[id].statics;
  const Key key = key_of(id, text, readable_end);
  if (statics != kMany) return holds(slots_[statics], key, text) ? slots_[statics].child : 0;
  for (std::size_t at = slot_of(key); slots_[at].child != 0; at = (at + 1) & (slots_.size() - 1)) {
    if (holds(slots_[at], key, text)) return slots_[at].child;
  }
  return 0;
}

struct Trie::Walk {
  const Trie& trie;
  std::string_view path;
  const Segments& segments;
  const Ask ask;
  Best best;

  // Each node is visited once at most, so a search costs no more than the number of rules, whatever the path.
  void visit(std::uint32_t id, std::uint32_t depth) noexcept {
    // The last way on that is open is taken by the loop, only those before it by recursion: mostly there is
    // one.
    for (;; ++depth) {
      const Node& node = trie.nodes_[id];
      if (node.lowest >= best.full) return;
      if (depth == segments.count) {
        if (segments.complete) offer_ends(node);
        return;
      }
      const std::string_view segment = segments.at(path, depth);
      std::uint32_t next = 0;
      if (node.statics != kNone) next = trie.static_child(id, segment, path.data() + path.size());
      for (std::uint32_t i = node.parameters; i < node.parameters_end; ++i) {
        const Parameter& parameter = trie.parameters_[i];
        const SegmentPattern& pattern = parameter.pattern;
        if (pattern.is_any() ? segment.empty() : !pattern.matches(segment)) continue;
        if (next != 0) visit(next, depth + 1);
        next = parameter.child;
      }
      if (node.rests != node.rests_end) offer_rests(node, path.substr(segments.slash[depth] + 1));
      if (next == 0) return;
      id = next;
    }
  }

  void offer_ends(const Node& node) noexcept {
    for (std::uint32_t i = node.ends; i < node.ends_end; ++i) {
      const Entry& entry = trie.ends_[i];
      if (entry.rule >= best.full) break;
      best.offer(entry.rule, entry.guard, ask);
    }
  }

  void offer_rests(const Node& node, std::string_view rest) noexcept {
    for (std::uint32_t i = node.rests; i < node.rests_end; ++i) {
      const Rest& candidate = trie.rests_[i];
      if (candidate.entry.rule >= best.full) break;
      // `.*` stops at a newline.
      if (rest.starts_with(candidate.prefix) &&
          rest.find('\n', candidate.prefix.size()) == std::string_view::npos) {
        best.offer(candidate.entry.rule, candidate.entry.guard, ask);
      }
    }
  }
};

Best Trie::search(std::string_view path, const Segments& segments, const Ask& ask) const noexcept {
  Walk walk{*this, path, segments, ask, {}};
  walk.visit(0, 0);
  return walk.best;
}

}  // namespace routemeter::route

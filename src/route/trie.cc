// SPDX-License-Identifier: Apache-2.0
#include "route/trie.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <utility>

#include "route/mix.h"

namespace routemeter::route {
namespace {

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
  depth_ = std::max(depth_, segments.size());
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
  nodes_[id].has_statics = !draft.statics.empty();
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
  for (const auto& [text, tree] : draft.statics) insert(id, text, child++);
  child = first;
  for (const auto& [pattern, tree] : draft.parameters) flatten(*tree, child++);
  for (const auto& [text, tree] : draft.statics) flatten(*tree, child++);
}

Trie::Key Trie::key_of(std::uint32_t node, std::string_view text) noexcept {
  const char* const p = text.data();
  const std::size_t n = text.size();
  Key key;
  key.node = node;
  key.size = static_cast<std::uint32_t>(n);
  if (n >= 8) {
    key.head = load64(p);
    key.tail = load64(p + n - 8);
    if (n > 16) {
      for (std::size_t i = 8; i + 8 < n; i += 8) key.head = mix(key.head ^ load64(p + i), kMixA);
    }
  } else if (n >= 4) {
    key.head = load32(p);
    key.tail = load32(p + n - 4);
  } else if (n > 0) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(p[i]));
    };
    key.head = byte(0) | byte(n / 2) << 8 | byte(n - 1) << 16;
  }
  return key;
}

std::size_t Trie::slot_of(const Key& key) const noexcept {
  const std::uint64_t place = (static_cast<std::uint64_t>(key.node) << 32 | key.size) * kMixA;
  return mix(key.head ^ place, key.tail ^ kMixB) & (slots_.size() - 1);
}

void Trie::insert(std::uint32_t node, std::string_view text, std::uint32_t child) {
  const Key key = key_of(node, text);
  std::size_t at = slot_of(key);
  while (slots_[at].child != 0) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = {key, child, static_cast<std::uint32_t>(texts_.size())};
  if (text.size() > 16) texts_ += text;
}

std::uint32_t Trie::static_child(std::uint32_t node, std::string_view text) const noexcept {
  const Key key = key_of(node, text);
  for (std::size_t at = slot_of(key); slots_[at].child != 0; at = (at + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[at];
    if (slot.key == key &&
        (text.size() <= 16 || std::memcmp(texts_.data() + slot.text, text.data(), text.size()) == 0)) {
      return slot.child;
    }
  }
  return 0;
}

struct Trie::Walk {
  const Trie& trie;
  std::string_view path;
  const Segments& segments;
  const Ask& ask;
  Best& best;

  // Each node is visited once at most, so a search costs no more than the number of rules, whatever the path.
  void visit(std::uint32_t id, std::uint32_t depth) noexcept {
    const Node& node = trie.nodes_[id];
    if (depth == segments.count) {
      if (!segments.complete) return;
      for (std::uint32_t i = node.ends; i < node.ends_end; ++i) {
        const Entry& entry = trie.ends_[i];
        if (entry.rule >= best.full) break;
        best.offer(entry.rule, entry.guard, ask);
      }
      return;
    }
    const std::string_view segment = segments.at(path, depth);
    if (node.has_statics) {
      const std::uint32_t child = trie.static_child(id, segment);
      if (child != 0 && trie.nodes_[child].lowest < best.full) visit(child, depth + 1);
    }
    for (std::uint32_t i = node.parameters; i < node.parameters_end; ++i) {
      const Parameter& parameter = trie.parameters_[i];
      if (trie.nodes_[parameter.child].lowest >= best.full) continue;
      const SegmentPattern& pattern = parameter.pattern;
      if (pattern.is_any() ? !segment.empty() : pattern.matches(segment)) visit(parameter.child, depth + 1);
    }
    if (node.rests != node.rests_end) offer_rests(node, path.substr(segments.slash[depth] + 1));
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

void Trie::search(std::string_view path, const Segments& segments, const Ask& ask,
                  Best& best) const noexcept {
  if (nodes_[0].lowest < best.full) Walk{*this, path, segments, ask, best}.visit(0, 0);
}

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "route/match.h"
#include "route/segment_pattern.h"
#include "route/segments.h"
#include "route/template.h"

namespace routemeter::route {

/// All templates as one tree of path segments. What is looked up per segment is one hash table for the
/// whole tree, keyed by node and text, so the cost does not grow with the number of rules. Filled once, then
/// const and safe for any number of threads.
class Trie {
 public:
  Trie();
  ~Trie();
  Trie(Trie&&) noexcept;
  Trie& operator=(Trie&&) noexcept;

  /// Adds a template; rules come in file order. False when the tree cannot hold it: then RE2 has to.
  bool add(std::span<const TemplatePart> parts, RuleIndex rule, const Guard& guard);

  /// Ends the filling.
  void freeze();

  /// The first rules that match. `path` is decoded and begins with '/'.
  Best search(std::string_view path, const Segments& segments, const Ask& ask) const noexcept;

  bool empty() const noexcept { return nodes_[0].lowest == kNoRule; }

 private:
  struct Draft;
  struct Entry {
    RuleIndex rule = kNoRule;
    Guard guard;
  };
  /// `{name:path}` at the end of a template: takes the rest of the path after `prefix`.
  struct Rest {
    std::string prefix;
    Entry entry;
  };
  struct Parameter {
    SegmentPattern pattern;
    std::uint32_t child = 0;
  };
  /// The lists of a node are ranges of the vectors below.
  struct Node {
    RuleIndex lowest = kNoRule;     ///< of all rules in this subtree: a search that has a lower one stays out
    std::uint32_t statics = kNone;  ///< kNone, kMany, or the slot of the only child: no need to hash for it
    std::uint32_t ends = 0, ends_end = 0;
    std::uint32_t rests = 0, rests_end = 0;
    std::uint32_t parameters = 0, parameters_end = 0;
  };
  static constexpr std::uint32_t kNone = 0xffffffffU;
  static constexpr std::uint32_t kMany = 0xfffffffeU;
  /// Up to 16 bytes of text are here completely, then zeros; of a longer one `head` is a hash.
  struct Key {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    std::uint64_t place = 0;  ///< node and size of the text
    bool operator==(const Key&) const = default;
  };
  struct Slot {
    Key key;
    std::uint32_t child = 0;  ///< 0 = free
    std::uint32_t text = 0;   ///< offset in texts_, for texts longer than 16
  };
  struct Walk;

  static Key key_of(std::uint32_t node, std::string_view text, const char* readable_end) noexcept;
  std::size_t slot_of(const Key& key) const noexcept;
  bool holds(const Slot& slot, const Key& key, std::string_view text) const noexcept;
  std::uint32_t static_child(std::uint32_t id, std::string_view text,
                             const char* readable_end) const noexcept;
  void flatten(const Draft& draft, std::uint32_t id);
  std::uint32_t insert(std::uint32_t node, std::string_view text, std::uint32_t child);

  std::unique_ptr<Draft> draft_;
  std::size_t drafts_ = 1;
  std::vector<Node> nodes_;
  std::vector<Entry> ends_;
  std::vector<Rest> rests_;
  std::vector<Parameter> parameters_;
  std::vector<Slot> slots_;
  std::string texts_;
};

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "route/path/path_end.h"
#include "route/template/segment_pattern.h"
#include "route/template/template.h"
#include "route/tree/guard.h"
#include "route/tree/segment_hash.h"

namespace routemeter::route {

/// All templates as one tree of path segments. A node is one cache line, and a hash tells nearly always which
/// of its children is the next, so the cost does not grow with the number of rules. Filled once, then const
/// and safe for any number of threads.
class Trie {
 public:
  /// So many bytes behind a path that is searched are read, whatever they are.
  static constexpr std::size_t kReadBehind = SegmentPattern::kReadBehind;

  Trie();
  ~Trie();
  Trie(Trie&&) noexcept;
  Trie& operator=(Trie&&) noexcept;

  /// Adds a template with the guard of its rule; rules come in file order. False when the tree cannot hold
  /// it: then RE2 has to.
  bool add(std::span<const TemplatePart> parts, const Guard& guard);

  /// Ends the filling.
  void freeze();

  /// The first rules that match. `path` is decoded and begins with '/'; `ends` are its own.
  Best search(std::string_view path, SegmentEnds ends, Ask ask) const noexcept;

 private:
  struct Child;
  struct Draft;
  struct Filling;
  struct Walk;

  /// Some or all of a node's static children, by the hash of their first segments.
  struct Bucket {
    static constexpr std::size_t kTags = 8;
    std::array<char, kTags> tags{};  ///< seven bits of the hash of each child; 0 = no child
    std::uint32_t children = 0;      ///< the first; the others lie behind it
    std::uint32_t count = 0;         ///< may be larger than the number of tags
  };
  /// `{name:path}` at the end of a template: takes the rest of the path after `prefix`.
  struct Rest {
    std::string prefix;
    Guard guard;
  };
  struct Parameter {
    std::uint32_t pattern = 0;
    std::uint32_t child = 0;
    RuleIndex lowest = kNoRule;  ///< the child's
  };
  /// What few nodes have.
  struct Rare {
    std::vector<Guard> ends;  ///< all but the first
    std::vector<Rest> rests;
    std::vector<Parameter> parameters;  ///< those that do not take everything
    std::string text;                   ///< where it does not fit into Node::text
  };
  /// The text that leads to a node is mostly one segment. Where nothing else branches off it is several, as
  /// in "api/v1".
  struct alignas(64) Node {
    std::array<char, SegmentWords::kBytes> text{};  ///< then zeros; nothing of a text that is longer
    Guard end;                                      ///< the first rule that ends here
    std::uint32_t buckets = 0;                      ///< the first
    std::uint32_t bucket_mask = 0;                  ///< their number, a power of two, - 1
    std::uint32_t any = 0;       ///< the child that takes every segment that is not empty; 0 = none
    RuleIndex lowest = kNoRule;  ///< of all rules in this subtree: a search that has a lower one stays out
    std::uint32_t rare = 0;      ///< index into rares_, 0 = nothing there
    RuleIndex any_lowest = kNoRule;   ///< of `any`
    RuleIndex rare_lowest = kNoRule;  ///< of the ways on that are in Rare
    std::uint8_t text_size = 0;       ///< kLong: of more than `text` holds
    bool several = false;             ///< the text is of more than one segment
    bool several_below = false;       ///< that of a child is
    /// There are ways on in Rare, a child has a long text, or a bucket more children than tags.
    bool hard = false;

    /// 0 when the text, which is not long, is this one, but for zeros at its end.
    std::uint64_t other(const SegmentWords& words) const noexcept {
      return (words.head ^ load64(text.data())) | (words.tail ^ load64(text.data() + 8));
    }
  };
  static constexpr std::uint8_t kLong = 0xff;
  static constexpr std::uint32_t kNowhere = 0;  ///< a node without ways and ends
  static constexpr std::uint32_t kRoot = 1;

  void flatten(const Draft& draft, std::uint32_t id, std::string_view text);
  void flatten_statics(const Draft& draft, std::uint32_t id);
  void fill_buckets(std::uint32_t id, std::vector<Child>& children, std::uint32_t first);
  void flatten_rare(const Draft& draft, std::uint32_t id, std::string_view text);
  std::uint32_t pattern_number(const SegmentPattern& pattern);

  Best walk(std::uint32_t from, Place place, std::string_view path, Ask ask) const noexcept;
  std::string_view text_of(const Node& node) const noexcept;
  static std::size_t text_end(const Node& child, Place place, std::string_view path) noexcept;
  /// Whether the child's text stands at `start`, and a segment ends behind it.
  bool leads_to(std::uint32_t child, std::string_view path, std::size_t start) const noexcept;

  std::unique_ptr<Filling> filling_;
  std::uint32_t usual_ = kNowhere;  ///< the root's child with more rules than all others together; or none
  std::vector<Node> nodes_;
  std::vector<Bucket> buckets_;
  std::vector<Rare> rares_;
  std::vector<SegmentPattern> patterns_;
};

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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

/// All templates as one tree of path segments. A step down looks at one bucket of children and one node, each
/// in one cache line, so the cost does not grow with the number of rules. Filled once, then const and safe
/// for any number of threads.
class Trie {
 public:
  /// So many bytes behind a path that is searched are read, whatever they are.
  static constexpr std::size_t kReadBehind = 16;

  Trie();
  ~Trie();
  Trie(Trie&&) noexcept;
  Trie& operator=(Trie&&) noexcept;

  /// Adds a template with the guard of its rule; rules come in file order. False when the tree cannot hold
  /// it: then RE2 has to.
  bool add(std::span<const TemplatePart> parts, const Guard& guard);

  /// Ends the filling.
  void freeze();

  /// The first rules that match. `path` is decoded and begins with '/'.
  Best search(std::string_view path, const Segments& segments, const Ask& ask) const noexcept;

 private:
  struct Draft;
  struct Walk;

  /// `{name:path}` at the end of a template: takes the rest of the path after `prefix`.
  struct Rest {
    std::string prefix;
    Guard guard;
  };
  struct Parameter {
    SegmentPattern pattern;
    std::uint32_t child = 0;
  };
  /// What few nodes have; ranges of the vectors below.
  struct Rare {
    std::uint32_t ends = 0, ends_end = 0;
    std::uint32_t rests = 0, rests_end = 0;
    std::uint32_t parameters = 0, parameters_end = 0;
  };
  /// The text that leads to a node is mostly one segment. Where nothing else branches off it is several, as
  /// in "api/v1".
  struct alignas(64) Node {
    std::array<char, 16> text{};   ///< its first bytes, then zeros
    Guard end;                     ///< the first rule that ends here
    RuleIndex lowest = kNoRule;    ///< of all rules in this subtree: a search that has a lower one stays out
    std::uint32_t any = 0;         ///< the child that takes every segment that is not empty; 0 = none
    std::uint32_t buckets = 0;     ///< the first of its buckets
    std::uint32_t rare = 0;        ///< index into rares_, 0 = nothing there
    std::uint32_t length = 0;      ///< of the text
    std::uint32_t more_text = 0;   ///< offset in texts_ of what is not in `text`
    std::uint32_t too_long = 0;    ///< no child's text begins with a segment of this size or more
    std::uint16_t in_text = 0;     ///< a bit for each byte in `text`
    std::uint8_t depth = 0;        ///< segments before and in the text
    std::uint8_t bucket_bits = 0;  ///< it has 1 << bucket_bits buckets

    std::uint32_t bucket_mask() const noexcept { return (1U << bucket_bits) - 1; }
  };
  /// Children by their first segments. Filled from the front; what does not fit is in the next bucket.
  static constexpr std::size_t kBucketSize = 4;
  struct alignas(32) Bucket {
    std::array<std::uint32_t, kBucketSize> tags{};  ///< of hashes; 0 = free
    std::array<std::uint32_t, kBucketSize> children{};
  };

  std::uint32_t flatten(const Draft& draft, std::string_view text, std::size_t depth);
  void flatten_statics(const Draft& draft, std::uint32_t id);
  void flatten_rare(const Draft& draft, std::uint32_t id);
  void insert(std::uint32_t id, std::string_view segment, std::uint32_t child);

  std::unique_ptr<Draft> draft_;
  std::vector<Node> nodes_;
  std::vector<Bucket> buckets_;
  std::vector<Rare> rares_;
  std::vector<Guard> ends_;
  std::vector<Rest> rests_;
  std::vector<Parameter> parameters_;
  std::string texts_;
};

}  // namespace routemeter::route

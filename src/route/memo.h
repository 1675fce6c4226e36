// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "route/router.h"

namespace routemeter::route {

/// Remembers decisions by request: direct-mapped, of fixed size, overwritten on collision, so that no input
/// can make it grow. An entry is written only when its request comes a second time: a scan of URLs that
/// never repeat costs a hash and one cache line each, and throws nothing out. Hits compare all bytes.
///
/// The resolver asks it only where RE2 would have to run: 500 patterns with `.*` cost 152 ns a request, a hit
/// in their place 67, a miss before them 11 more; but the trie alone answers in 30, faster than a hit
/// (bench_route: BM_PatternsDots, BM_PatternsDotsRepeated, BM_TemplatesRepeated).
class Memo {
 public:
  static constexpr std::size_t kSlots = 1 << 14;
  static constexpr std::size_t kMaxPath = 256;  ///< longer ones are not kept; 4.7 MB in all

  /// What a decision depends on. `path` is raw, without the query.
  struct Key {
    Key(std::string_view raw_path, std::uint64_t method_bit, std::uint32_t host_number) noexcept;
    std::string_view path;
    std::uint64_t method;
    std::uint32_t host;
    std::uint64_t hash;
  };

  Memo();

  /// The decision kept for `key` (its Decision::path is empty), or none.
  std::optional<Decision> find(const Key& key) const noexcept;
  void put(const Key& key, const Decision& decision) noexcept;

 private:
  struct Tag {
    std::uint32_t kept = 0;  ///< hash of the entry, 0 = none
    std::uint32_t seen = 0;  ///< hash of the last request that was not kept
  };
  struct Entry {
    std::uint64_t method;
    std::uint32_t host;
    LabelId label;
    std::int32_t rule;
    Outcome outcome;
    std::uint16_t size;
    std::array<char, kMaxPath> path;
  };

  std::vector<Tag> tags_;
  std::unique_ptr<Entry[]> entries_;  ///< not initialised: pages that no entry needs are never touched
};

}  // namespace routemeter::route

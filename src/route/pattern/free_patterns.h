// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <re2/filtered_re2.h>

#include "route/pattern/atom_finder.h"
#include "route/pattern/regex.h"

namespace routemeter::route {

/// Texts of which at least one stands in whatever matches.
using AnyOf = std::vector<std::string>;

/// What a text must contain for a pattern to match, as alternatives to choose from: each AnyOf alone is
/// necessary. Texts are lower-case ASCII of at least `min_size` bytes, to be searched for in text that
/// AtomFinder::fold() made. Empty: the pattern has no such text and must always be tried.
/// `pattern` is the only one in it, and not yet compiled by FilteredRE2::Compile().
std::vector<AnyOf> required_atoms(re2::FilteredRE2& pattern, std::size_t min_size);

/// Many RE2 patterns over one path, in order. RE2::Set needs 113 us for a path against 500 patterns with
/// `.*` in them, and reads like "no match" when it runs out of memory. So, as FilteredRE2: the
/// texts that a pattern cannot do without are looked for all at once, and only patterns whose text is there
/// are run. Filled once, then const and safe for any number of threads.
class FreePatterns {
 public:
  enum class Where : std::uint8_t { kWhole, kAnywhere };

  /// One thread's working memory.
  struct Scratch {
    std::string folded;
    std::vector<std::uint64_t> bits;
    std::vector<std::uint32_t> candidates;
  };

  /// Adds a pattern, numbered from 0, or says what is wrong with it.
  std::optional<RegexProblem> add(std::string_view pattern, Where where);

  /// Ends the filling.
  void freeze();

  bool empty() const noexcept { return patterns_.empty(); }

  /// Numbers of the patterns that may match, ascending; in `scratch`.
  std::span<const std::uint32_t> candidates(std::string_view path, Scratch& scratch) const;

  /// `path` is well-formed UTF-8.
  bool matches(std::uint32_t pattern, std::string_view path) const noexcept;

  bool any_matches(std::string_view path, Scratch& scratch) const;

 private:
  std::vector<std::unique_ptr<re2::FilteredRE2>> patterns_;  ///< one pattern in each
  std::vector<std::vector<AnyOf>> required_;                 ///< until freeze()
  std::vector<std::uint64_t> always_;                        ///< bits of patterns without a required text
  AtomFinder finder_;
};

/// A text of so many bytes that every match contains keeps a pattern from being tried where it is not.
inline constexpr std::size_t kSelectiveText = 3;

/// True when neither the tree of templates nor such a text spares a Resolver from running this pattern on
/// every path that no rule before it takes. `pattern` has passed compile().
bool tried_on_every_path(std::string_view pattern);

}  // namespace routemeter::route

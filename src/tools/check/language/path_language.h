// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/check/language/path_regex.h"

namespace routemeter::check {

/// All paths that a pattern matches, as the automaton of its positions (Glushkov): one state per character
/// of the pattern, so that no step has an empty move.
class PathLanguage {
 public:
  using State = std::uint32_t;

  /// Empty when counted repeats make it too large.
  static std::optional<PathLanguage> make(const RegexNode& tree);

  bool matches(std::string_view path) const;
  /// Whether some match begins with this character.
  bool can_begin_with(char32_t c) const;
  /// One of the matches, by chance; short rather than long, letters and digits where there is a choice.
  std::string random_member(std::minstd_rand& random) const;

 private:
  friend class Difference;

  struct Position {
    CharSet set;
    std::vector<State> next;
    bool accepts = false;
    std::uint32_t to_end = 0;  ///< steps to the nearest accepting state
  };
  class Builder;

  void measure();

  /// The first is the start; nothing leads to it.
  std::vector<Position> positions_;
};

/// The result of the search for a path that one language has and others have not.
struct Uncovered {
  std::optional<std::string> path;  ///< a shortest one
  bool gave_up = false;             ///< the search grew too large: nothing is known
};

/// A path of `language` that none of `others` has. Neither a path nor given up: they have them all.
Uncovered find_uncovered(const PathLanguage& language, std::span<const PathLanguage* const> others);

}  // namespace routemeter::check

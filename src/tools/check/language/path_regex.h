// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/check/language/char_set.h"

namespace routemeter::check {

/// A regular expression as a tree. Anchors are not in it: they are only taken where they say nothing.
struct RegexNode {
  enum class Kind : std::uint8_t { kSet, kConcat, kAlternate, kRepeat };
  static constexpr int kForever = -1;

  Kind kind = Kind::kConcat;
  CharSet set;                      ///< kSet
  std::vector<RegexNode> children;  ///< of a kRepeat one
  int min = 0;                      ///< kRepeat
  int max = kForever;
  bool dot = false;        ///< a kSet that is written `.`
  std::size_t offset = 0;  ///< byte in the pattern; of a kRepeat, of the operator
};

/// Reads a pattern that RE2 takes and that is matched over a whole text. Nothing for the few that no such
/// tree can say: word boundaries, anchors in the middle, \p, \Q, flags but for a leading (?i) or (?s).
std::optional<RegexNode> parse_path_regex(std::string_view pattern);

/// The texts that whatever matches has, in order: runs of single characters outside of anything optional.
std::vector<std::string> required_texts(const RegexNode& node);

}  // namespace routemeter::check

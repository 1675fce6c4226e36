// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <vector>

namespace routemeter::check {

/// A set of characters, as ascending ranges of code points that do not touch. Never has a line break: paths
/// with one are nobody's, and without them `.*` and `[^/]+` are what people take them for.
class CharSet {
 public:
  using Range = std::pair<char32_t, char32_t>;

  CharSet() = default;
  explicit CharSet(char32_t c) : CharSet(std::vector<Range>{{c, c}}) {}
  explicit CharSet(std::vector<Range> ranges);
  static const CharSet& any();

  CharSet inverted() const;
  bool has(char32_t c) const;
  const std::vector<Range>& ranges() const { return ranges_; }
  /// The character when there is just one.
  std::optional<char32_t> single() const;

 private:
  void remove(Range gone);

  std::vector<Range> ranges_;
};

}  // namespace routemeter::check

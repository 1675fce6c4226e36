// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace routemeter::check {

/// A set of characters, as ascending ranges of code points that do not touch. Never has a line break: no
/// path has one, and without it `.*` and `[^/]+` match what people expect.
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

/// Takes the first character off `text`, which is well-formed UTF-8 and not empty.
char32_t take_character(std::string_view& text);

/// The member of a range that people like to read most: a digit, a letter, then whatever is printable.
char32_t readable_character(const CharSet::Range& range);
char32_t readable_character(const CharSet& set);
/// A member by chance, mostly one that people like to read. The set is not empty.
char32_t random_character(const CharSet& set, std::minstd_rand& random);

}  // namespace routemeter::check

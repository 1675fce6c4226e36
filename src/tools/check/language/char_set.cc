// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/char_set.h"

#include <algorithm>

#include "util/utf8.h"

namespace routemeter::check {
namespace {

constexpr CharSet::Range kAll = {0, 0x10FFFF};
// Not in UTF-8.
constexpr CharSet::Range kSurrogates = {0xD800, 0xDFFF};
constexpr CharSet::Range kLineBreak = {'\n', '\n'};

constexpr std::u32string_view kReadable = U"1abcxyz0ABXZ23456789defghijklmnopqrstuvw-_";

std::size_t rank(char32_t c) {
  const std::size_t found = kReadable.find(c);
  return found != std::u32string_view::npos ? found : kReadable.size();
}

}  // namespace

CharSet::CharSet(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end());
  for (const Range& range : ranges) {
    if (!ranges_.empty() && range.first <= ranges_.back().second + 1) {
      ranges_.back().second = std::max(ranges_.back().second, range.second);
    } else {
      ranges_.push_back(range);
    }
  }
  remove(kLineBreak);
  remove(kSurrogates);
}

const CharSet& CharSet::any() {
  static const CharSet all(std::vector<Range>{kAll});
  return all;
}

CharSet CharSet::inverted() const {
  CharSet rest = any();
  for (const Range& range : ranges_) rest.remove(range);
  return rest;
}

bool CharSet::has(char32_t c) const {
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [c](const Range& r) { return r.first <= c && c <= r.second; });
}

std::optional<char32_t> CharSet::single() const {
  if (ranges_.size() != 1 || ranges_[0].first != ranges_[0].second) return std::nullopt;
  return ranges_[0].first;
}

void CharSet::remove(Range gone) {
  std::vector<Range> kept;
  for (const auto& [first, last] : ranges_) {
    if (last < gone.first || first > gone.second) {
      kept.emplace_back(first, last);
      continue;
    }
    if (first < gone.first) kept.emplace_back(first, gone.first - 1);
    if (last > gone.second) kept.emplace_back(gone.second + 1, last);
  }
  ranges_ = std::move(kept);
}

char32_t take_character(std::string_view& text) {
  const std::size_t length = util::utf8_length(text);
  const char32_t c = util::utf8_decode(text.substr(0, length));
  text.remove_prefix(length);
  return c;
}

char32_t readable_character(const CharSet::Range& range) {
  for (const char32_t c : kReadable) {
    if (range.first <= c && c <= range.second) return c;
  }
  // Control characters last.
  return range.first < 0x21 && range.second >= 0x21 ? 0x21 : range.first;
}

char32_t readable_character(const CharSet& set) {
  char32_t best = readable_character(set.ranges().front());
  for (const CharSet::Range& range : set.ranges()) {
    const char32_t c = readable_character(range);
    if (rank(c) < rank(best)) best = c;
  }
  return best;
}

char32_t random_character(const CharSet& set, std::minstd_rand& random) {
  for (int i = 0; i < 4; ++i) {
    const char32_t c = kReadable[random() % kReadable.size()];
    if (set.has(c)) return c;
  }
  const CharSet::Range& range = set.ranges()[random() % set.ranges().size()];
  return range.first + static_cast<char32_t>(random() % (range.second - range.first + 1));
}

}  // namespace routemeter::check

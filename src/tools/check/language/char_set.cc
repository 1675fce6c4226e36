// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/char_set.h"

#include <algorithm>

namespace routemeter::check {
namespace {

constexpr CharSet::Range kAll = {0, 0x10FFFF};
// Not in UTF-8.
constexpr CharSet::Range kSurrogates = {0xD800, 0xDFFF};
constexpr CharSet::Range kLineBreak = {'\n', '\n'};

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

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#include "route/template/segment_pattern.h"

#include <algorithm>

#include "util/utf8.h"

namespace routemeter::route {

std::optional<SegmentPattern> SegmentPattern::make(std::span<const TemplatePart> parts) {
  SegmentPattern made;
  bool typed = false;
  for (const TemplatePart& part : parts) {
    if (part.is_literal) {
      made.literals_.back() += part.literal;
      continue;
    }
    if (row_of(part.converter).spans_segments) return std::nullopt;
    typed = typed || part.converter != Converter::kStr;
    made.converter_ = part.converter;
    made.literals_.emplace_back();
  }
  if (typed && made.literals_.size() > 2) return std::nullopt;
  made.bare_ = made.literals_.size() == 2 && made.literals_[0].empty() && made.literals_[1].empty();
  return made;
}

bool SegmentPattern::matches(std::string_view segment) const noexcept {
  if (bare_) return row_of(converter_).takes(segment);
  const std::string& prefix = literals_.front();
  const std::string& suffix = literals_.back();
  if (segment.size() < prefix.size() + suffix.size() || !segment.starts_with(prefix) ||
      !segment.ends_with(suffix)) {
    return false;
  }
  segment.remove_prefix(prefix.size());
  segment.remove_suffix(suffix.size());
  // Several untyped parameters: the leftmost place for each text between them is right if any is. Each
  // parameter takes one character at least, which is not one byte.
  for (std::size_t i = 1; i + 1 < literals_.size(); ++i) {
    if (segment.empty()) return false;
    const std::size_t found =
        segment.find(literals_[i], std::max<std::size_t>(1, util::utf8_length(segment)));
    if (found == std::string_view::npos) return false;
    segment.remove_prefix(found + literals_[i].size());
  }
  return row_of(converter_).takes(segment);
}

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#include "route/template/segment_pattern.h"

#include <algorithm>

#include "route/path/bytes16.h"
#include "util/utf8.h"

namespace routemeter::route {
namespace {

using Converter = TemplatePart::Converter;

// Segments have kReadBehind bytes behind them, so whole blocks are looked at.
static_assert(SegmentPattern::kReadBehind >= 16);

bool is_int(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at += 16) {
    const std::uint32_t others = ~Bytes16(text.data() + at).within('0', '9') & 0xffffU;
    if (others != 0) return at + static_cast<std::size_t>(__builtin_ctz(others)) >= text.size();
  }
  return !text.empty();
}

bool is_float(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_int(text);
  return is_int(text.substr(0, dot)) && is_int(text.substr(dot + 1));
}

// RFC 9562 section 4: 8-4-4-4-12 hex digits.
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  const auto is = [text](std::size_t at, std::uint32_t dashes) {
    const Bytes16 bytes(text.data() + at);
    const std::uint32_t hex = bytes.within('0', '9') | bytes.within('a', 'f') | bytes.within('A', 'F');
    return hex == (~dashes & 0xffffU) && bytes.equal('-') == dashes;
  };
  return is(0, 1U << 8 | 1U << 13) && is(16, 1U << 2 | 1U << 7) && is(20, 1U << 3);
}

bool takes(Converter converter, std::string_view text) {
  switch (converter) {
    case Converter::kInt:
      return is_int(text);
    case Converter::kFloat:
      return is_float(text);
    case Converter::kUuid:
      return is_uuid(text);
    case Converter::kStr:
    case Converter::kPath:
      break;
  }
  return !text.empty();
}

}  // namespace

std::optional<SegmentPattern> SegmentPattern::make(std::span<const TemplatePart> parts) {
  SegmentPattern made;
  bool typed = false;
  for (const TemplatePart& part : parts) {
    if (part.is_literal) {
      made.literals_.back() += part.literal;
      continue;
    }
    if (part.converter == Converter::kPath) return std::nullopt;
    typed = typed || part.converter != Converter::kStr;
    made.converter_ = part.converter;
    made.literals_.emplace_back();
  }
  if (typed && made.literals_.size() > 2) return std::nullopt;
  made.bare_ = made.literals_.size() == 2 && made.literals_[0].empty() && made.literals_[1].empty();
  return made;
}

bool SegmentPattern::matches(std::string_view segment) const noexcept {
  if (bare_) return takes(converter_, segment);
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
  return takes(converter_, segment);
}

}  // namespace routemeter::route

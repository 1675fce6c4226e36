// SPDX-License-Identifier: Apache-2.0
#include "route/segment_pattern.h"

#include <algorithm>

#include "util/utf8.h"

namespace routemeter::route {
namespace {

using Converter = TemplatePart::Converter;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

bool is_int(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_float(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return is_int(text);
  return is_int(text.substr(0, dot)) && is_int(text.substr(dot + 1));
}

// RFC 9562 section 4: 8-4-4-4-12 hex digits.
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < 36; ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
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
  made.any_ = !typed && made.literals_.size() == 2 && made.literals_[0].empty() && made.literals_[1].empty();
  return made;
}

bool SegmentPattern::matches(std::string_view segment) const noexcept {
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

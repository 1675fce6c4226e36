// SPDX-License-Identifier: Apache-2.0
#include "route/template/converter.h"

#include <string>

#include "route/path/bytes16.h"

namespace routemeter::route {

static_assert(converters::kReadBehind >= 16, "whole blocks of 16 bytes are looked at");
static_assert([] {
  for (std::size_t i = 0; i < kConverters.size(); ++i) {
    if (static_cast<std::size_t>(kConverters[i].id) != i) return false;
  }
  return true;
}());

namespace converters {

bool takes_any(std::string_view segment) noexcept { return !segment.empty(); }

bool takes_int(std::string_view segment) noexcept {
  for (std::size_t at = 0; at < segment.size(); at += 16) {
    const std::uint32_t others = ~Bytes16(segment.data() + at).within('0', '9') & 0xffffU;
    if (others != 0) return at + static_cast<std::size_t>(__builtin_ctz(others)) >= segment.size();
  }
  return !segment.empty();
}

bool takes_float(std::string_view segment) noexcept {
  const std::size_t dot = segment.find('.');
  if (dot == std::string_view::npos) return takes_int(segment);
  return takes_int(segment.substr(0, dot)) && takes_int(segment.substr(dot + 1));
}

// RFC 9562 section 4: 8-4-4-4-12 hex digits.
bool takes_uuid(std::string_view segment) noexcept {
  if (segment.size() != 36) return false;
  const auto is = [segment](std::size_t at, std::uint32_t dashes) {
    const Bytes16 bytes(segment.data() + at);
    const std::uint32_t hex = bytes.within('0', '9') | bytes.within('a', 'f') | bytes.within('A', 'F');
    return hex == (~dashes & 0xffffU) && bytes.equal('-') == dashes;
  };
  return is(0, 1U << 8 | 1U << 13) && is(16, 1U << 2 | 1U << 7) && is(20, 1U << 3);
}

}  // namespace converters

std::optional<Converter> converter_of(std::string_view name) noexcept {
  for (const ConverterRow& row : kConverters) {
    if (row.name == name) return row.id;
  }
  return std::nullopt;
}

bool takes_text(Converter converter, std::string_view text) {
  const ConverterRow& row = row_of(converter);
  if (row.spans_segments) return text.find('\n') == std::string_view::npos;  // RE2's dot takes no newline
  if (text.empty() || text.find('/') != std::string_view::npos) return false;
  std::string readable(text);
  readable.append(converters::kReadBehind, '\0');
  return row.takes(std::string_view(readable).substr(0, text.size()));
}

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#include "format/contract/format_factory.h"

#include <algorithm>
#include <utility>

namespace routemeter::format {

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end != 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

void SpecString::append(char c, std::size_t offset) {
  text.push_back(c);
  offsets.push_back(offset);
}

void SpecString::append(const SpecString& more) {
  text += more.text;
  offsets.insert(offsets.end(), more.offsets.begin(), more.offsets.end());
}

SpecString read_bare_string(const model::FormatSpec& spec, std::size_t begin) {
  SpecString out;
  const std::size_t end = spec.text.find_last_not_of("\r\n") + 1;
  for (std::size_t i = begin; i < end; ++i) out.append(spec.text[i], i);
  return out;
}

util::Diagnostic spec_error(const model::FormatSpec& spec, std::size_t offset, std::string message,
                            std::string hint) {
  const std::string_view text = spec.text;
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  // Only the first line of the text begins where the spec says; YAML may indent the others.
  const int indent = line == 0 ? spec.at.column - 1 : 0;
  util::Diagnostic out;
  out.file = spec.origin;
  out.at = {spec.at.line + line, indent + static_cast<int>(offset - start) + 1};
  out.message = std::move(message);
  out.source_line = std::string(static_cast<std::size_t>(indent), ' ');
  out.source_line += text.substr(start, text.find('\n', start) - start);
  out.hint = std::move(hint);
  return out;
}

util::Diagnostic field_error(const model::FormatSpec& spec, const model::FieldSource& source,
                             std::string message, std::string hint) {
  util::Diagnostic out;
  out.file = spec.fields_origin.empty() ? spec.origin : spec.fields_origin;
  out.at = source.at;
  out.message = std::move(message);
  out.hint = std::move(hint);
  return out;
}

}  // namespace routemeter::format

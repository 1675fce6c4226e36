// SPDX-License-Identifier: Apache-2.0
#include "document/yaml_text.h"

#include <algorithm>

#include "util/ascii.h"
#include "util/utf8.h"

namespace routemeter::document {
YamlText::YamlText(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts_.push_back(i + 1);
  }
}

std::string_view YamlText::line(std::size_t index) const {
  const std::size_t begin = starts_[index];
  const std::size_t end = index + 1 < starts_.size() ? starts_[index + 1] - 1 : text_.size();
  std::string_view out = text_.substr(begin, end - begin);
  if (!out.empty() && out.back() == '\r') out.remove_suffix(1);
  return out;
}

std::vector<std::string> YamlText::lines() const {
  std::vector<std::string> out;
  out.reserve(starts_.size());
  for (std::size_t i = 0; i < starts_.size(); ++i) out.emplace_back(line(i));
  return out;
}

util::Position YamlText::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto index = static_cast<std::size_t>(next - starts_.begin()) - 1;
  return {static_cast<int>(index) + 1, static_cast<int>(offset - starts_[index]) + 1};
}

std::optional<YamlText::BadByte> YamlText::bad_byte() const {
  for (std::size_t i = 0; i < text_.size();) {
    const std::size_t length = util::utf8_length(text_.substr(i));
    const char c = text_[i];
    if (length == 0) return BadByte{i, "the file is not UTF-8", "save the file as UTF-8"};
    if (c == '\r' && (i + 1 == text_.size() || text_[i + 1] != '\n')) {
      return BadByte{i, "a carriage return without a newline", "save the file with Unix line ends"};
    }
    if (static_cast<unsigned char>(c) < 0x20 && !util::is_space(c)) {
      return BadByte{i, "a control byte that YAML does not allow", "write it as an escape in double quotes"};
    }
    i += length;
  }
  return std::nullopt;
}

std::size_t YamlText::skip_properties(std::size_t offset) const {
  while (offset < text_.size()) {
    const char c = text_[offset];
    if (util::is_space(c)) {
      ++offset;
    } else if (c == '&' || c == '!') {
      while (offset < text_.size() && !util::is_space(text_[offset])) ++offset;
    } else if (c == '#' && offset > 0 && util::is_space(text_[offset - 1])) {
      offset = std::min(text_.find('\n', offset), text_.size());
    } else {
      break;
    }
  }
  return offset;
}

bool YamlText::closes(std::size_t open) const {
  const char quote = text_[open];
  for (std::size_t i = open + 1; i < text_.size(); ++i) {
    if (quote == '"' && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      // '' is one quote inside a single-quoted text.
      if (quote == '"' || i + 1 >= text_.size() || text_[i + 1] != '\'') return true;
      ++i;
    }
  }
  return false;
}

YamlText::Scalar YamlText::scalar(std::size_t offset, bool quoted) const {
  Scalar out;
  out.begin = skip_properties(offset);
  if (!quoted || out.begin >= text_.size()) return out;
  const char c = text_[out.begin];
  if (c == '\'' || c == '"') {
    out.closed = closes(out.begin);
    ++out.begin;
  } else if (c == '|' || c == '>') {
    // The text begins at the first line below the header that has any.
    const std::size_t newline = std::min(text_.find('\n', out.begin), text_.size());
    const std::size_t first = text_.find_first_not_of(" \t\r\n", newline);
    if (first != std::string_view::npos) out.begin = first;
  }
  return out;
}

bool YamlText::tab_indented(util::Position at) const {
  const auto index = static_cast<std::size_t>(at.line) - 1;
  if (index >= starts_.size()) return false;
  const std::string_view text = line(index);
  const std::size_t end = std::min(text.find_first_not_of(" \t"), text.size());
  return text.substr(0, end).find('\t') != std::string_view::npos;
}

}  // namespace routemeter::document

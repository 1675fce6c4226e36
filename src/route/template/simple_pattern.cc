// SPDX-License-Identifier: Apache-2.0
#include "route/template/simple_pattern.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "util/utf8.h"

namespace routemeter::route {
namespace {

using Converter = TemplatePart::Converter;

constexpr std::array<std::pair<std::string_view, Converter>, 4> kClasses = {{{"[^/]+", Converter::kStr},
                                                                             {".*", Converter::kPath},
                                                                             {"[0-9]+", Converter::kInt},
                                                                             {"\\d+", Converter::kInt}}};

// What a regex takes as itself without a backslash. A short list: whatever is not on it goes to RE2.
bool is_plain(char c) {
  const bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return alnum || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("/_-~:@!,;=&%'\" ").find(c) != std::string_view::npos;
}

bool is_escaped_punctuation(std::string_view at) {
  return at.size() >= 2 && at[0] == '\\' &&
         std::string_view(".+*?()[]{}|^$\\-/_~").find(at[1]) != std::string_view::npos;
}

bool is_repetition(std::string_view at) {
  return !at.empty() && std::string_view("*+?{").find(at[0]) != std::string_view::npos;
}

}  // namespace

std::optional<std::vector<TemplatePart>> simple_pattern(std::string_view pattern) {
  if (pattern.starts_with('^')) pattern.remove_prefix(1);
  if (!pattern.starts_with('/') || !util::utf8_valid(pattern)) return std::nullopt;
  std::vector<TemplatePart> parts(1);
  while (!pattern.empty() && pattern != "$") {
    const auto* const found = std::find_if(kClasses.begin(), kClasses.end(),
                                           [&](const auto& c) { return pattern.starts_with(c.first); });
    if (found != kClasses.end()) {
      pattern.remove_prefix(found->first.size());
      TemplatePart parameter;
      parameter.is_literal = false;
      parameter.converter = found->second;
      parts.push_back(std::move(parameter));
    } else {
      const std::size_t escape = is_escaped_punctuation(pattern) ? 1 : 0;
      if (escape == 0 && !is_plain(pattern[0])) return std::nullopt;
      if (!parts.back().is_literal) parts.emplace_back();
      parts.back().literal += pattern[escape];
      pattern.remove_prefix(escape + 1);
    }
    if (is_repetition(pattern)) return std::nullopt;
  }
  return parts;
}

}  // namespace routemeter::route

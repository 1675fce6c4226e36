// SPDX-License-Identifier: Apache-2.0
#include "tools/check/review/pattern_text.h"

#include <charconv>
#include <vector>

#include "util/ascii.h"

namespace routemeter::check {
namespace {

bool is_word(char c) { return util::is_alpha(c) || util::is_digit(c) || c == '_'; }

// The characters outside of escapes and classes, with their offsets.
std::vector<std::size_t> bare_offsets(std::string_view pattern) {
  std::vector<std::size_t> out;
  bool in_class = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (in_class) {
      in_class = pattern[i] != ']';
    } else if (pattern[i] == '[') {
      in_class = true;
      // A bracket that comes first is a member.
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') ++i;
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') ++i;
    } else {
      out.push_back(i);
    }
  }
  return out;
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at;
}

// The end of a parameter that begins at `at`, or `at` when none does.
std::size_t end_of_parameter(std::string_view pattern, std::size_t at) {
  const char c = pattern[at];
  const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
  if (!util::is_alpha(next) && next != '_') return at;
  if (c == ':' && at > 0 && pattern[at - 1] == '/') return end_of_word(pattern, at + 1);
  // (?P<name>...) names a group.
  const bool named_group = at > 0 && (pattern[at - 1] == 'P' || pattern[at - 1] == '?');
  if (c != '{' && (c != '<' || named_group)) return at;
  std::size_t end = end_of_word(pattern, at + 1);
  if (end < pattern.size() && pattern[end] == ':') end = end_of_word(pattern, end + 1);
  return end < pattern.size() && pattern[end] == (c == '{' ? '}' : '>') ? end + 1 : at;
}

// "<int:id>" is "{id:int}" here, ":id" is "{id}".
std::string template_parameter(std::string_view text) {
  if (text[0] == '{') return std::string(text);
  if (text[0] == ':') return "{" + std::string(text.substr(1)) + "}";
  const std::string_view inside = text.substr(1, text.size() - 2);
  const std::size_t colon = inside.find(':');
  if (colon == std::string_view::npos) return "{" + std::string(inside) + "}";
  const std::string_view converter = inside.substr(0, colon);
  std::string out = "{" + std::string(inside.substr(colon + 1));
  if (converter != "string") out += ":" + std::string(converter);
  return out + "}";
}

std::string as_template(std::string_view pattern) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = end_of_parameter(pattern, at);
    if (end == at) {
      out += pattern[at++];
    } else {
      out += template_parameter(pattern.substr(at, end - at));
      at = end;
    }
  }
  return out;
}

// Unrepeated dots with a letter or digit behind them: `/v1.0/` and `.js` are meant, `...` is not.
void collect_dots(const RegexNode& node, std::vector<std::size_t>& out) {
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const RegexNode& child = node.children[i];
    if (node.kind == RegexNode::Kind::kConcat && child.dot && i + 1 < node.children.size()) {
      const std::optional<char32_t> next = node.children[i + 1].set.single();
      const bool among_dots = i > 0 && node.children[i - 1].dot;
      if (next && *next < 0x80 && is_word(static_cast<char>(*next)) && !among_dots)
        out.push_back(child.offset);
    }
    collect_dots(child, out);
  }
}

}  // namespace

std::optional<std::size_t> middle_anchor(std::string_view pattern) {
  for (const std::size_t at : bare_offsets(pattern)) {
    if (pattern[at] == '^' && at > 0 &&
        std::string_view("(|:)").find(pattern[at - 1]) == std::string_view::npos)
      return at;
    if (pattern[at] == '$' && at + 1 < pattern.size() &&
        std::string_view(")|").find(pattern[at + 1]) == std::string_view::npos)
      return at;
  }
  return std::nullopt;
}

bool ends_with_anchor(std::string_view pattern) {
  const std::vector<std::size_t> bare = bare_offsets(pattern);
  return pattern.ends_with('$') && !bare.empty() && bare.back() + 1 == pattern.size();
}

std::optional<PlainParameter> plain_parameter(std::string_view pattern) {
  for (const std::size_t at : bare_offsets(pattern)) {
    const std::size_t end = end_of_parameter(pattern, at);
    if (end != at) return PlainParameter{at, std::string(pattern.substr(at, end - at)), as_template(pattern)};
  }
  return std::nullopt;
}

bool has_percent_escape(std::string_view text) { return percent_decoded(text) != text; }

std::string percent_decoded(std::string_view pattern) {
  constexpr std::string_view kSpecial = ".+*?()[]{}|^$\\";
  std::string out;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    unsigned byte = 0;
    const char* const digits = pattern.data() + at + 1;
    const bool escape = pattern[at] == '%' && at + 2 < pattern.size() &&
                        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    if (!escape || byte < 0x20 || byte > 0x7E) {
      out += pattern[at];
      continue;
    }
    const char c = static_cast<char>(byte);
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
    at += 2;
  }
  return out;
}

void review_dots(std::string_view pattern, const RegexNode& tree, util::Position at, Findings& findings) {
  std::vector<std::size_t> dots;
  collect_dots(tree, dots);
  if (dots.empty()) return;
  std::string fixed(pattern);
  for (auto dot = dots.rbegin(); dot != dots.rend(); ++dot) fixed.insert(*dot, "\\");
  findings.add_inside("unescaped-dot", pattern, at, dots.front(),
                      "'.' takes any character here, not only a dot", "write " + single_quoted(fixed));
}

}  // namespace routemeter::check

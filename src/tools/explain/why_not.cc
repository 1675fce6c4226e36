// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>
#include <vector>

#include "route/template/template.h"
#include "tools/explain/rule_list.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::explain {
namespace {

using route::takes_text;
using route::TemplatePart;
using Parts = std::span<const TemplatePart>;

constexpr std::size_t kShown = 60;
// The search below tries every length of every parameter, which is for paths that people look at.
constexpr std::size_t kLongest = 1000;

std::string quoted_part(std::string_view text) { return util::quoted(text, kShown); }

bool is_inside_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

bool fits(Parts parts, std::string_view text) {
  if (parts.empty()) return text.empty();
  const TemplatePart& part = parts.front();
  if (part.is_literal) {
    return text.starts_with(part.literal) && fits(parts.subspan(1), text.substr(part.literal.size()));
  }
  if (parts.size() == 1) return takes_text(part.converter, text);
  for (std::size_t length = 0; length <= text.size(); ++length) {
    if (length < text.size() && is_inside_character(text[length])) continue;
    if (takes_text(part.converter, text.substr(0, length)) && fits(parts.subspan(1), text.substr(length)))
      return true;
  }
  return false;
}

// The text up to the next '/', without it.
std::string_view first_segment(std::string_view text) { return text.substr(0, text.find('/')); }

bool fits_template(std::string_view text, std::string_view segment) {
  // A template begins with '/': one is put before both.
  const auto parts = route::parse_template("/" + std::string(text));
  return parts && fits(*parts, "/" + std::string(segment));
}

std::string misfit(std::string_view wanted, std::string_view there) {
  if (wanted.find('{') == std::string_view::npos && !wanted.empty()) {
    return fmt::format("{} is not {}", there.empty() ? "nothing" : quoted_part(there), quoted_part(wanted));
  }
  if (wanted.empty()) return fmt::format("{} stands where the rule has nothing", quoted_part(there));
  return fmt::format("{} does not fit {}", there.empty() ? "nothing" : quoted_part(there),
                     util::printable(wanted, kShown));
}

}  // namespace

WhyNot why_not(const model::Rule& rule, std::string_view path) {
  if (rule.kind != model::Rule::Kind::kTemplate) return {0, "the pattern does not match"};
  if (path.size() > kLongest) return {0, "the path does not match"};
  if (!path.starts_with('/')) return {0, "the path does not begin with '/'"};
  std::string_view wanted = std::string_view(rule.pattern).substr(1);
  path.remove_prefix(1);
  WhyNot out;
  while (true) {
    const std::string_view wants = first_segment(wanted);
    // Such a parameter takes slashes: what is left has to fit as a whole.
    if (wants.find(":path}") != std::string_view::npos) {
      if (!fits_template(wanted, path)) out.text = misfit(wanted, path);
      return out;
    }
    const std::string_view has = first_segment(path);
    if (!fits_template(wants, has)) {
      out.text = misfit(wants, has);
      return out;
    }
    ++out.agreeing;
    const bool rule_ends = wants.size() == wanted.size();
    const bool path_ends = has.size() == path.size();
    if (rule_ends || path_ends) {
      if (!rule_ends)
        out.text = fmt::format("the path ends before {}", quoted_part(wanted.substr(wants.size())));
      if (!path_ends)
        out.text = fmt::format("the path goes on with {}", quoted_part(path.substr(has.size())));
      return out;
    }
    wanted.remove_prefix(wants.size() + 1);
    path.remove_prefix(has.size() + 1);
  }
}

}  // namespace routemeter::explain

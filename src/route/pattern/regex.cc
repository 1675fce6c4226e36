// SPDX-License-Identifier: Apache-2.0
#include "route/pattern/regex.h"

#include <vector>

#include <re2/set.h>

#include "util/utf8.h"

namespace routemeter::route {
namespace {

// Where the next unit of a pattern begins: an escape is one unit, so is a character.
std::size_t next_unit(std::string_view pattern, std::size_t at) { return at + (pattern[at] == '\\' ? 2 : 1); }

std::size_t end_of_class(std::string_view pattern, std::size_t at) {
  ++at;
  if (at < pattern.size() && pattern[at] == '^') ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  while (at < pattern.size() && pattern[at] != ']') {
    const std::size_t posix = pattern.substr(at, 2) == "[:" ? pattern.find(":]", at) : std::string_view::npos;
    at = posix != std::string_view::npos ? posix + 2 : next_unit(pattern, at);
  }
  return at + 1;
}

// The parenthesis without a partner, opening or closing.
std::size_t lone_parenthesis(std::string_view pattern, bool opening) {
  std::vector<std::size_t> open;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '[') {
      at = end_of_class(pattern, at);
      continue;
    }
    if (pattern[at] == '(') {
      open.push_back(at);
    } else if (pattern[at] == ')') {
      if (open.empty()) return opening ? 0 : at;
      open.pop_back();
    }
    at = next_unit(pattern, at);
  }
  return opening && !open.empty() ? open.back() : 0;
}

std::size_t find_fragment(std::string_view pattern, std::string_view fragment) {
  for (std::size_t at = 0; !fragment.empty() && at < pattern.size(); at = next_unit(pattern, at)) {
    if (pattern.substr(at).starts_with(fragment)) return at;
  }
  return 0;
}

std::size_t first_bad_utf8(std::string_view pattern) {
  std::size_t at = 0;
  while (at < pattern.size()) {
    const std::size_t length = util::utf8_length(pattern.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

RegexProblem bad_group(std::string_view pattern, std::size_t at) {
  const std::string_view rest = pattern.substr(at);
  if (rest.starts_with("(?=") || rest.starts_with("(?!")) {
    return {at, "RE2 has no look-ahead",
            "rules are tried in order: put a rule, or a stop, for what must not match before this one"};
  }
  if (rest.starts_with("(?<=") || rest.starts_with("(?<!")) {
    return {at, "RE2 has no look-behind",
            "write out what may stand before; a rule, or a stop, before this one takes what must not match"};
  }
  if (rest.starts_with("(?<")) return {at, "RE2 names groups otherwise", "write (?P<name>...)"};
  if (rest.starts_with("(?>")) return {at, "RE2 has no atomic groups", "write (?:...)"};
  if (rest.starts_with("(?#")) return {at, "RE2 has no comments in patterns", "write a YAML comment"};
  if (rest.starts_with("(?P=")) {
    return {at, "RE2 has no backreferences", "write out the texts that may repeat, one rule each"};
  }
  return {at, "'" + std::string(rest.substr(0, 3)) + "' begins no group that RE2 has", ""};
}

RegexProblem bad_escape(std::string_view pattern, std::size_t at, const std::string& fragment) {
  const char c = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
  if ((c >= '1' && c <= '9') || c == 'k' || c == 'g') {
    return {at, "RE2 has no backreferences", "write out the texts that may repeat, one rule each"};
  }
  std::string hint = c == 'Z' ? "leave it out: a pattern takes the whole text" : "";
  return {at, "RE2 does not know the escape '" + fragment + "'", std::move(hint)};
}

constexpr const char* kAnyText = "'*' repeats what stands before it; for any text write '.*'";

RegexProblem explain(std::string_view pattern, const RE2& failed) {
  const std::string& fragment = failed.error_arg();
  const std::size_t at = find_fragment(pattern, fragment);
  switch (failed.error_code()) {
    case RE2::ErrorMissingParen:
      return {lone_parenthesis(pattern, true), "'(' without ')'", ""};
    case RE2::ErrorUnexpectedParen:
      return {lone_parenthesis(pattern, false), "')' without '('", ""};
    case RE2::ErrorMissingBracket:
      return {at, "'[' without ']'", ""};
    case RE2::ErrorBadPerlOp:
      return bad_group(pattern, fragment == "(?P" ? find_fragment(pattern, "(?P=") : at);
    case RE2::ErrorBadNamedCapture:
      return {at, "not a group name: '" + fragment + "'",
              "write (?P<name>...), with letters, digits and '_'"};
    case RE2::ErrorBadEscape:
      return bad_escape(pattern, at, fragment);
    case RE2::ErrorTrailingBackslash:
      return {pattern.size() - 1, "nothing follows the last '\\'", "write '\\\\' for a backslash"};
    case RE2::ErrorBadUTF8:
      return {first_bad_utf8(pattern), "not valid UTF-8", ""};
    case RE2::ErrorRepeatSize:
      return {at, "RE2 repeats at most 1000 times, nested repetitions multiplied", ""};
    case RE2::ErrorRepeatOp:
      if (fragment.size() == 2 && fragment[1] == '+') {
        return {at, "RE2 has no possessive repetition", "write '" + fragment.substr(0, 1) + "'"};
      }
      return {at, "'" + fragment + "' repeats a repetition",
              fragment == "**" ? kAnyText : "put the inner one in parentheses"};
    case RE2::ErrorRepeatArgument:
      return {at, "'" + fragment + "' has nothing to repeat", fragment == "*" ? kAnyText : ""};
    case RE2::ErrorBadCharClass:
    case RE2::ErrorBadCharRange:
      return {at, "'" + fragment + "' is no character class or range", ""};
    case RE2::ErrorPatternTooLarge:
      return too_large();
    default:
      return {at, failed.error(), ""};
  }
}

RE2::Options common_options() {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kPatternMemory);
  return options;
}

bool parses(const std::string& pattern, const RE2::Options& options) {
  std::string ignored;
  // A set only parses what is added to it; an RE2 would compile it as well.
  return RE2::Set(options, RE2::UNANCHORED).Add(pattern, &ignored) >= 0;
}

}  // namespace

RE2::Options path_options() {
  RE2::Options options = common_options();
  options.set_never_capture(true);
  return options;
}

RE2::Options line_options() {
  RE2::Options options = common_options();
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_dot_nl(true);
  return options;
}

std::optional<RegexProblem> check_regex(std::string_view pattern, const RE2::Options& options) {
  if (parses(std::string(pattern), options)) return std::nullopt;
  return explain(pattern, RE2(std::string(pattern), options));
}

std::string whole(std::string_view pattern, const RE2::Options& options) {
  std::string text = "^(?:" + std::string(pattern) + ")$";
  // A `\Q` that nobody closes would quote our parenthesis.
  if (!parses(text, options)) text.insert(text.size() - 2, "\\E");
  return text;
}

RegexProblem too_large() {
  return {0, "pattern too large", "make counted repetitions like {1,1000} shorter, or write '+' or '*'"};
}

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/regex_class.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "tools/check/language/characters.h"

namespace routemeter::check {
namespace {

using Ranges = std::vector<CharSet::Range>;

const Ranges kDigits = {{'0', '9'}};
const Ranges kSpaces = {{'\t', '\t'}, {'\f', '\r'}, {' ', ' '}};
const Ranges kWord = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

const std::pair<std::string_view, Ranges> kPosix[] = {
    {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
    {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
    {"digit", kDigits},
    {"lower", {{'a', 'z'}}},
    {"upper", {{'A', 'Z'}}},
    {"word", kWord},
    {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
};

// The digits behind "\x": two, or any number in braces.
std::optional<CharSet> take_hex(std::string_view& rest) {
  const bool braces = rest.starts_with('{');
  const std::size_t end = braces ? rest.find('}') : 2;
  if (end > rest.size()) return std::nullopt;
  const std::string_view digits = rest.substr(braces ? 1 : 0, braces ? end - 1 : 2);
  unsigned value = 0;
  const auto [stop, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (problem != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  rest.remove_prefix(braces ? end + 1 : 2);
  return CharSet(static_cast<char32_t>(value));
}

// What follows a backslash.
std::optional<CharSet> take_escape(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const char c = rest[0];
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (!letter && !(c >= '0' && c <= '9')) return CharSet(take_character(rest));
  rest.remove_prefix(1);
  switch (c) {
    case 'd':
      return CharSet(kDigits);
    case 'D':
      return CharSet(kDigits).inverted();
    case 's':
      return CharSet(kSpaces);
    case 'S':
      return CharSet(kSpaces).inverted();
    case 'w':
      return CharSet(kWord);
    case 'W':
      return CharSet(kWord).inverted();
    case 't':
      return CharSet(U'\t');
    case 'n':
      return CharSet(U'\n');
    case 'r':
      return CharSet(U'\r');
    case 'x':
      return take_hex(rest);
    default:
      return std::nullopt;
  }
}

void append_set(Ranges& ranges, const CharSet& set) {
  ranges.insert(ranges.end(), set.ranges().begin(), set.ranges().end());
}

// "[:digit:]" inside of a class.
std::optional<CharSet> take_posix(std::string_view& rest) {
  const std::size_t end = rest.find(":]");
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view name = rest.substr(2, end - 2);
  const bool inverted = name.starts_with('^');
  if (inverted) name.remove_prefix(1);
  const auto* const found =
      std::find_if(std::begin(kPosix), std::end(kPosix), [&](const auto& row) { return row.first == name; });
  if (found == std::end(kPosix)) return std::nullopt;
  rest.remove_prefix(end + 2);
  return inverted ? CharSet(found->second).inverted() : CharSet(found->second);
}

std::optional<CharSet> take_member(std::string_view& rest) {
  if (rest.starts_with("[:")) return take_posix(rest);
  if (!rest.starts_with('\\')) return CharSet(take_character(rest));
  rest.remove_prefix(1);
  return take_escape(rest);
}

// What follows '['.
std::optional<CharSet> take_class(std::string_view& rest) {
  const bool inverted = rest.starts_with('^');
  if (inverted) rest.remove_prefix(1);
  Ranges ranges;
  for (bool first = true; !rest.empty() && (first || rest[0] != ']'); first = false) {
    const std::optional<CharSet> low = take_member(rest);
    if (!low) return std::nullopt;
    if (rest.size() < 2 || rest[0] != '-' || rest[1] == ']') {
      append_set(ranges, *low);
      continue;
    }
    rest.remove_prefix(1);
    const std::optional<CharSet> high = take_member(rest);
    if (!high || !low->single() || !high->single()) return std::nullopt;
    ranges.emplace_back(*low->single(), *high->single());
  }
  if (rest.empty()) return std::nullopt;
  rest.remove_prefix(1);
  const CharSet set(std::move(ranges));
  return inverted ? set.inverted() : set;
}

}  // namespace

std::optional<CharSet> take_set(std::string_view& rest) {
  const char c = rest[0];
  if (c == '.') {
    rest.remove_prefix(1);
    return CharSet::any();
  }
  if (c != '\\' && c != '[') return CharSet(take_character(rest));
  rest.remove_prefix(1);
  return c == '[' ? take_class(rest) : take_escape(rest);
}

CharSet folded(const CharSet& set) {
  constexpr char32_t kKelvin = 0x212A;
  constexpr char32_t kLongS = 0x17F;
  Ranges ranges = set.ranges();
  for (char32_t lower = 'a'; lower <= 'z'; ++lower) {
    const char32_t upper = lower - 'a' + 'A';
    const char32_t third = lower == 'k' ? kKelvin : lower == 's' ? kLongS : lower;
    if (!set.has(lower) && !set.has(upper) && !set.has(third)) continue;
    for (const char32_t c : {lower, upper, third}) ranges.emplace_back(c, c);
  }
  return CharSet(std::move(ranges));
}

}  // namespace routemeter::check

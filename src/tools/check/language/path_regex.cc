// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/path_regex.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "util/ascii.h"
#include "util/utf8.h"

namespace routemeter::check {
namespace {

using Ranges = std::vector<CharSet::Range>;

const Ranges kDigits = {{'0', '9'}};
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

// Letters behind a backslash, and whether the large letter is all other characters.
struct Escape {
  char letter;
  Ranges ranges;
  bool invertible;
};
const Escape kEscapes[] = {
    {'d', kDigits, true},         {'s', {{'\t', '\t'}, {'\f', '\r'}, {' ', ' '}}, true},
    {'w', kWord, true},           {'t', {{'\t', '\t'}}, false},
    {'n', {{'\n', '\n'}}, false}, {'r', {{'\r', '\r'}}, false},
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

// Reads the rest of an escape, behind the backslash.
std::optional<CharSet> take_escape(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const char c = rest[0];
  if (!util::is_alnum(c)) return CharSet(take_character(rest));
  rest.remove_prefix(1);
  if (c == 'x') return take_hex(rest);
  for (const Escape& escape : kEscapes) {
    if (c == escape.letter) return CharSet(escape.ranges);
    if (escape.invertible && util::to_lower(c) == escape.letter) return CharSet(escape.ranges).inverted();
  }
  return std::nullopt;
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

// Reads the rest of a class, behind '['.
std::optional<CharSet> take_class(std::string_view& rest) {
  const bool inverted = rest.starts_with('^');
  if (inverted) rest.remove_prefix(1);
  Ranges ranges;
  for (bool first = true; !rest.empty() && (first || rest[0] != ']'); first = false) {
    const std::optional<CharSet> low = take_member(rest);
    if (!low) return std::nullopt;
    if (rest.size() < 2 || rest[0] != '-' || rest[1] == ']') {
      ranges.insert(ranges.end(), low->ranges().begin(), low->ranges().end());
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

// Takes one character of a pattern, an escape or a class off the front of `rest`; what stands for a set gives
// the set. Nothing for what only RE2 knows (\b, \p, \Q, \1).
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

// The set with the other case of its ASCII letters, and the two letters that RE2 folds onto ASCII.
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

using Kind = RegexNode::Kind;

constexpr int kMaxDepth = 50;

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern), rest_(pattern) {}

  std::optional<RegexNode> run() {
    if (rest_.starts_with("(?i)")) {
      // Folding outside ASCII is RE2's own business.
      if (std::any_of(rest_.begin(), rest_.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return std::nullopt;
      fold_ = true;
      rest_.remove_prefix(4);
    } else if (rest_.starts_with("(?s)")) {
      rest_.remove_prefix(4);
    }
    std::optional<RegexNode> tree = alternation(true, 0);
    return rest_.empty() ? std::move(tree) : std::nullopt;
  }

 private:
  std::size_t offset() const { return pattern_.size() - rest_.size(); }

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  // `at_start`: nothing can stand before, so that `^` says nothing.
  std::optional<RegexNode> alternation(bool at_start, int depth) {
    if (depth > kMaxDepth) return std::nullopt;
    RegexNode node;
    node.kind = Kind::kAlternate;
    node.offset = offset();
    do {
      std::optional<RegexNode> branch = concatenation(at_start, depth);
      if (!branch) return std::nullopt;
      node.children.push_back(std::move(*branch));
    } while (take("|"));
    if (node.children.size() == 1) return RegexNode(std::move(node.children.front()));
    return node;
  }

  std::optional<RegexNode> concatenation(bool at_start, int depth) {
    RegexNode node;
    node.kind = Kind::kConcat;
    node.offset = offset();
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      const std::size_t anchors = anchors_;
      if (take("^") || take("\\A")) {
        if (!at_start || !node.children.empty() || at_repetition()) return std::nullopt;
        ++anchors_;
        continue;
      }
      if (take("$") || take("\\z")) {
        if (!at_end(depth)) return std::nullopt;
        continue;
      }
      std::optional<RegexNode> item = atom(at_start && node.children.empty(), depth);
      // `(^a)*` is not `a*`.
      if (!item || (anchors_ != anchors && at_repetition())) return std::nullopt;
      repetitions(*item);
      node.children.push_back(std::move(*item));
    }
    return node;
  }

  // Whether the text must end here: of groups only closing brackets follow, or the next top-level branch.
  bool at_end(int depth) const {
    const std::size_t other = rest_.find_first_not_of(')');
    return other == std::string_view::npos || (depth == 0 && rest_[0] == '|');
  }

  std::optional<RegexNode> atom(bool at_start, int depth) {
    RegexNode node;
    node.offset = offset();
    if (take("(")) {
      if (take("?P<") || take("?<")) {
        const std::size_t name_end = rest_.find('>');
        if (name_end == std::string_view::npos) return std::nullopt;
        rest_.remove_prefix(name_end + 1);
      } else if (rest_.starts_with('?') && !take("?:")) {
        return std::nullopt;
      }
      std::optional<RegexNode> group = alternation(at_start, depth + 1);
      return take(")") ? std::move(group) : std::nullopt;
    }
    node.kind = Kind::kSet;
    node.dot = rest_[0] == '.';
    std::optional<CharSet> set = take_set(rest_);
    if (!set) return std::nullopt;
    node.set = fold_ ? folded(*set) : std::move(*set);
    return node;
  }

  bool at_repetition() const {
    return !rest_.empty() && std::string_view("*+?{").find(rest_[0]) != std::string_view::npos;
  }

  // Wraps the item in what stands behind it.
  void repetitions(RegexNode& item) {
    while (!rest_.empty()) {
      RegexNode repeat;
      repeat.kind = Kind::kRepeat;
      repeat.offset = offset();
      if (take("*")) {
        repeat.min = 0;
      } else if (take("+")) {
        repeat.min = 1;
      } else if (take("?")) {
        repeat.max = 1;
      } else if (!counted(repeat)) {
        return;
      }
      take("?");  // lazy or not, the same texts match
      repeat.children.push_back(std::move(item));
      item = std::move(repeat);
    }
  }

  // "{2}", "{2,}" or "{2,5}"; any other brace is text to RE2.
  bool counted(RegexNode& repeat) {
    if (!rest_.starts_with('{')) return false;
    const char* const end = rest_.data() + rest_.size();
    auto [at, problem] = std::from_chars(rest_.data() + 1, end, repeat.min);
    if (problem != std::errc() || at == end) return false;
    repeat.max = repeat.min;
    if (*at == ',') {
      ++at;
      const auto [stop, none] = std::from_chars(at, end, repeat.max);
      if (none != std::errc()) repeat.max = RegexNode::kForever;
      at = stop;
    }
    if (at == end || *at != '}') return false;
    rest_.remove_prefix(static_cast<std::size_t>(at - rest_.data()) + 1);
    return true;
  }

  std::string_view pattern_;
  std::string_view rest_;
  std::size_t anchors_ = 0;
  bool fold_ = false;
};

class Collector {
 public:
  void visit(const RegexNode& node) {
    switch (node.kind) {
      case Kind::kConcat:
        for (const RegexNode& child : node.children) visit(child);
        return;
      case Kind::kSet:
        if (const auto c = node.set.single(); c && *c < 0x80) {
          run_ += static_cast<char>(*c);
        } else {
          end_run();
        }
        return;
      case Kind::kRepeat:
        if (node.min > 0) visit(node.children[0]);
        if (node.min != 1 || node.max != 1) end_run();
        return;
      case Kind::kAlternate:
        end_run();
        return;
    }
  }

  std::vector<std::string> take() {
    end_run();
    return std::move(texts_);
  }

 private:
  void end_run() {
    if (!run_.empty()) texts_.push_back(std::exchange(run_, {}));
  }

  std::string run_;
  std::vector<std::string> texts_;
};

}  // namespace

std::optional<RegexNode> parse_path_regex(std::string_view pattern) {
  if (!util::utf8_valid(pattern)) return std::nullopt;
  return Parser(pattern).run();
}

std::vector<std::string> required_texts(const RegexNode& node) {
  Collector collector;
  collector.visit(node);
  return collector.take();
}

}  // namespace routemeter::check

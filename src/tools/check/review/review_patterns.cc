// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document/yaml_scalar.h"
#include "route/pattern/free_patterns.h"
#include "route/template/template.h"
#include "tools/check/review/reviews.h"
#include "util/ascii.h"
#include "util/fmt.h"

namespace routemeter::check {
namespace {

bool is_word(char c) { return util::is_alnum(c) || c == '_'; }

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
  if (text[0] == ':') return fmt::format("{{{}}}", text.substr(1));
  const std::string_view inside = text.substr(1, text.size() - 2);
  const std::size_t colon = inside.find(':');
  if (colon == std::string_view::npos) return fmt::format("{{{}}}", inside);
  const std::string_view converter = inside.substr(0, colon);
  const std::string_view name = inside.substr(colon + 1);
  return converter == "string" ? fmt::format("{{{}}}", name) : fmt::format("{{{}:{}}}", name, converter);
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

// The first `^` or `$` with something before or after it that no path can have there.
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

// Whether it ends in a `$` that is the anchor.
bool ends_with_anchor(std::string_view pattern) {
  const std::vector<std::size_t> bare = bare_offsets(pattern);
  return pattern.ends_with('$') && !bare.empty() && bare.back() + 1 == pattern.size();
}

// A parameter as templates and other frameworks write it.
struct PlainParameter {
  std::size_t offset = 0;
  std::string text;         // "{id}", ":id", "<int:id>"
  std::string as_template;  // the whole pattern with it as a template writes it
};

std::optional<PlainParameter> plain_parameter(std::string_view pattern) {
  for (const std::size_t at : bare_offsets(pattern)) {
    const std::size_t end = end_of_parameter(pattern, at);
    if (end != at) return PlainParameter{at, std::string(pattern.substr(at, end - at)), as_template(pattern)};
  }
  return std::nullopt;
}

// The pattern with its percent escapes undone, as far as they are printable ASCII.
std::string percent_decoded(std::string_view pattern) {
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
    if (kRegexSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
    at += 2;
  }
  return out;
}

bool has_percent_escape(std::string_view text) { return percent_decoded(text) != text; }

using model::Rule;

std::string write_it_as(std::string_view pattern) {
  return fmt::format("write {}", document::single_quoted(pattern));
}

// Copies of a part from which on a pattern is large enough to matter.
constexpr int kManyCopies = 100;

class PatternReview {
 public:
  PatternReview(const Rule& rule, const RuleShape& shape, Findings& findings)
      : rule_(rule), shape_(shape), findings_(findings) {}

  void run() {
    review_anchors();
    review_parameter();
    if (!shape_.tree) return;
    review_dots(rule_.pattern, *shape_.tree, rule_.pattern_at, findings_);
    review_glob(*shape_.tree);
    if (review_texts()) return;
    if (shape_.language && !shape_.language->can_begin_with('/') && !is_for_other_targets()) {
      add("never-matches", 0, "a path begins with '/', but nothing that this pattern matches does",
          write_it_as('/' + rule_.pattern));
    }
    if (!review_copies(*shape_.tree, 1)) review_cost();
  }

 private:
  void add(std::string_view code, std::size_t offset, std::string message, std::string hint) {
    findings_.add_inside(code, rule_.pattern, rule_.pattern_at, offset, std::move(message), std::move(hint));
  }

  // `OPTIONS *` and CONNECT have no path.
  bool is_for_other_targets() const {
    return shape_.language->matches("*") || rule_.methods == std::vector<std::string>{"CONNECT"};
  }

  // A parameter as templates have it, in a pattern.
  void review_parameter() {
    const std::optional<PlainParameter> found = plain_parameter(rule_.pattern);
    if (!found) return;
    std::string hint = "write '[^/]+' for it";
    if (rule_.kind == Rule::Kind::kPattern && route::parse_template(found->as_template)) {
      hint += fmt::format(", or a template: {{template: {}, handler: {}}}",
                          document::yaml_flow_scalar(found->as_template),
                          document::yaml_flow_scalar(rule_.handler));
    }
    add("plain-parameter", found->offset,
        fmt::format("'{}' stands for itself in a pattern, not for a parameter", found->text),
        std::move(hint));
  }

  void review_anchors() {
    if (const auto middle = middle_anchor(rule_.pattern)) {
      const char c = rule_.pattern[*middle];
      add("never-matches", *middle,
          fmt::format("'{}' is the {} of the path: nothing matches with it here", c,
                      c == '^' ? "beginning" : "end"),
          fmt::format("write '\\{}' for the character itself, or remove it", c));
      return;
    }
    const bool begins = rule_.pattern.starts_with('^');
    const bool ends = ends_with_anchor(rule_.pattern);
    if (!begins && !ends) return;
    const std::string_view inner =
        std::string_view(rule_.pattern).substr(begins ? 1 : 0, rule_.pattern.size() - begins - ends);
    add("needless-anchor", begins ? 0 : rule_.pattern.size() - 1,
        fmt::format("{} nothing here: a pattern is matched over the whole path", begins && ends
                                                                                     ? "'^' and '$' say"
                                                                                 : begins ? "'^' says"
                                                                                          : "'$' says"),
        write_it_as(inner));
  }

  void review_glob(const RegexNode& node) {
    if (node.kind == RegexNode::Kind::kRepeat && node.min == 0 && node.max == RegexNode::kForever &&
        node.children[0].set.single() == U'/' && node.offset > 0) {
      std::string fixed = rule_.pattern;
      fixed.insert(node.offset, ".");
      add("glob", node.offset - 1, "'/*' is any number of slashes, not whatever comes below",
          write_it_as(fixed));
    }
    for (const RegexNode& child : node.children) review_glob(child);
  }

  // Texts of the pattern that no path has. True when it found something.
  bool review_texts() {
    const std::string_view pattern = rule_.pattern;
    for (const std::string& text : required_texts(*shape_.tree)) {
      if (text.find("://") != std::string::npos) {
        const std::size_t host = pattern.find("//") + 2;
        const std::string_view path = pattern.substr(std::min(pattern.find('/', host), pattern.size()));
        add("never-matches", 0, "a path has no scheme and no host",
            fmt::format("{}, and the host under a key of its own, host: NAME",
                        write_it_as(path.empty() ? "/" : path)));
      } else if (const std::size_t cut = text.find_first_of("?#"); cut != std::string::npos) {
        std::size_t at = pattern.find(text[cut]);
        if (at > 0 && pattern[at - 1] == '\\') --at;
        add("never-matches", at,
            fmt::format("paths are matched without '{}' and what follows: nothing matches with it",
                        text[cut]),
            write_it_as(pattern.substr(0, at)));
      } else if (const std::string decoded = percent_decoded(pattern); has_percent_escape(text)) {
        add("never-matches", pattern.find('%'),
            "paths are matched percent-decoded: nothing matches with a '%' escape", write_it_as(decoded));
      } else {
        continue;
      }
      return true;
    }
    return false;
  }

  // True when it found one.
  bool review_copies(const RegexNode& node, int copies) {
    if (node.kind == RegexNode::Kind::kRepeat) {
      copies *= std::max({node.max, node.min, 1});
      if (copies >= kManyCopies) {
        add("costly-pattern", node.offset,
            fmt::format("counted repeats make {} copies of the part before them, which makes RE2 slow",
                        copies),
            "write '+' or '*': a server bounds the length of a path by itself");
        return true;
      }
    }
    return std::any_of(node.children.begin(), node.children.end(),
                       [&](const RegexNode& child) { return review_copies(child, copies); });
  }

  // Characters before anything that varies: by two of them RE2 tells most paths without its automaton (37 ns
  // a path against 330 ns for `.*/[0-9]+`).
  bool has_prefix() const {
    const auto& parts = shape_.tree->children;
    return shape_.tree->kind == RegexNode::Kind::kConcat && parts.size() >= 2 && parts[0].set.single() &&
           parts[1].set.single();
  }

  void review_cost() {
    if (has_prefix()) return;
    const std::vector<std::string> texts = required_texts(*shape_.tree);
    const bool selective = std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
      return text.size() >= route::kSelectiveText;
    });
    if (selective || !route::tried_on_every_path(rule_.pattern)) return;
    add("costly-pattern", 0,
        "this pattern is tried on each path that no rule before it takes: it begins with no text, and has "
        "none of three characters that every match contains",
        rule_.pattern == ".*"
            ? "write '/.*': every path begins with '/'"
            : "begin it with the literal part of the path, such as '/api/', or write a template");
  }

  const Rule& rule_;
  const RuleShape& shape_;
  Findings& findings_;
};

}  // namespace

void review_dots(std::string_view pattern, const RegexNode& tree, util::Position at, Findings& findings) {
  std::vector<std::size_t> dots;
  collect_dots(tree, dots);
  if (dots.empty()) return;
  std::string fixed(pattern);
  for (auto dot = dots.rbegin(); dot != dots.rend(); ++dot) fixed.insert(*dot, "\\");
  findings.add_inside("unescaped-dot", pattern, at, dots.front(),
                      "'.' matches any character here, not only a dot", write_it_as(fixed));
}

void review_patterns(const Subject& subject, Findings& findings) {
  for (std::size_t i = 0; i < subject.shapes.size(); ++i) {
    const Rule& rule = subject.file.routes[i];
    if (rule.kind != Rule::Kind::kTemplate) PatternReview(rule, subject.shapes[i], findings).run();
  }
}

}  // namespace routemeter::check

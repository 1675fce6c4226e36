// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "document/yaml_scalar.h"
#include "route/pattern_cost.h"
#include "route/template/template.h"
#include "tools/check/review/pattern_text.h"
#include "tools/check/review/reviews.h"

namespace routemeter::check {
namespace {

using model::Rule;

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
      add("never-matches", 0, "a path begins with '/', and nothing that this pattern matches does",
          "write " + single_quoted('/' + rule_.pattern));
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
      hint += ", or a template: {template: " + util::yaml_flow_scalar(found->as_template) +
              ", handler: " + util::yaml_flow_scalar(rule_.handler) + "}";
    }
    add("plain-parameter", found->offset,
        "'" + found->text + "' stands for itself in a pattern, not for a parameter", std::move(hint));
  }

  void review_anchors() {
    if (const auto middle = middle_anchor(rule_.pattern)) {
      const char c = rule_.pattern[*middle];
      add("never-matches", *middle,
          std::string("'") + c + "' is the " + (c == '^' ? "beginning" : "end") +
              " of the path: nothing matches with it here",
          std::string("write '\\") + c + "' for the character itself, or remove it");
      return;
    }
    const bool begins = rule_.pattern.starts_with('^');
    const bool ends = ends_with_anchor(rule_.pattern);
    if (!begins && !ends) return;
    const std::string_view inner =
        std::string_view(rule_.pattern).substr(begins ? 1 : 0, rule_.pattern.size() - begins - ends);
    add("needless-anchor", begins ? 0 : rule_.pattern.size() - 1,
        std::string(begins && ends ? "'^' and '$' say"
                    : begins       ? "'^' says"
                                   : "'$' says") +
            " nothing here: a pattern is matched over the whole path",
        "write " + single_quoted(inner));
  }

  void review_glob(const RegexNode& node) {
    if (node.kind == RegexNode::Kind::kRepeat && node.min == 0 && node.max == RegexNode::kForever &&
        node.children[0].set.single() == U'/' && node.offset > 0) {
      std::string fixed = rule_.pattern;
      fixed.insert(node.offset, ".");
      add("glob", node.offset - 1, "'/*' is any number of slashes, not whatever comes below",
          "write " + single_quoted(fixed));
    }
    for (const RegexNode& child : node.children) review_glob(child);
  }

  // What stands in the pattern and in no path. True when it found something.
  bool review_texts() {
    const std::string_view pattern = rule_.pattern;
    for (const std::string& text : required_texts(*shape_.tree)) {
      if (text.find("://") != std::string::npos) {
        const std::size_t host = pattern.find("//") + 2;
        const std::string_view path = pattern.substr(std::min(pattern.find('/', host), pattern.size()));
        add("never-matches", 0, "a path has no scheme and no host",
            "write " + single_quoted(path.empty() ? "/" : path) +
                ", and the host under a key of its own, host: NAME");
      } else if (const std::size_t cut = text.find_first_of("?#"); cut != std::string::npos) {
        std::size_t at = pattern.find(text[cut]);
        if (at > 0 && pattern[at - 1] == '\\') --at;
        add("never-matches", at,
            std::string("paths are matched without '") + text[cut] +
                "' and what follows: nothing matches with it",
            "write " + single_quoted(pattern.substr(0, at)));
      } else if (const std::string decoded = percent_decoded(pattern); has_percent_escape(text)) {
        add("never-matches", pattern.find('%'),
            "paths are matched percent-decoded: nothing matches with a '%' escape",
            "write " + single_quoted(decoded));
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
            "counted repeats make " + std::to_string(copies) +
                " copies of what stands before them: RE2 is slow then",
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
        "none of "
        "three characters that every match contains",
        rule_.pattern == ".*"
            ? "write '/.*': every path begins with '/'"
            : "begin it with the literal part of the path, such as '/api/', or write a template");
  }

  const Rule& rule_;
  const RuleShape& shape_;
  Findings& findings_;
};

}  // namespace

void review_patterns(const Subject& subject, Findings& findings) {
  for (std::size_t i = 0; i < subject.shapes.size(); ++i) {
    const Rule& rule = subject.file.routes[i];
    if (rule.kind != Rule::Kind::kTemplate) PatternReview(rule, subject.shapes[i], findings).run();
  }
}

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>

#include "document/yaml_scalar.h"
#include "model/method.h"
#include "tools/check/language/reach.h"
#include "tools/check/review/reviews.h"
#include "util/fmt.h"

namespace routemeter::check {
namespace {

using model::Rule;

// The text that a pattern is, when it is nothing but text.
std::optional<std::string> plain_text(const RegexNode& tree) {
  std::string text;
  for (const RegexNode& child : tree.children) {
    const std::optional<char32_t> c = child.set.single();
    if (child.kind != RegexNode::Kind::kSet || !c || *c >= 0x80) return std::nullopt;
    text += static_cast<char>(*c);
  }
  return tree.kind == RegexNode::Kind::kConcat ? std::optional(text) : std::nullopt;
}

// The pattern that finds this label and no other.
std::string exactly(std::string_view label) {
  std::string out = "^";
  for (const char c : label) {
    if (kRegexSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out + "$";
}

bool ends_segment(std::string_view label, std::size_t end) {
  return end == label.size() || label[end] == '/';
}

class ExcludeReview {
 public:
  ExcludeReview(const Subject& subject, Findings& findings)
      : file_(subject.file),
        router_(*subject.router),
        findings_(findings),
        resolver_(make_resolver(subject.router)) {}

  void run() {
    all_gone_ = review_all();
    for (const model::Pattern& pattern : file_.exclude) review(pattern);
  }

 private:
  void review(const model::Pattern& pattern) {
    if (starts_with_method(pattern.text)) {
      findings_.add("exclude-no-hit", pattern.at, "exclude searches labels, and a label has no method",
                    "begin with '/'");
      return;
    }
    const std::optional<RegexNode> tree = parse_path_regex(pattern.text);
    if (!tree) return;
    review_dots(pattern.text, *tree, pattern.at, findings_);
    const bool anchored = pattern.text.starts_with('^') || pattern.text.ends_with('$');
    if (const auto text = plain_text(*tree); text && !anchored && !all_gone_) {
      review_text(pattern, *text);
    }
    review_path(pattern, *tree);
  }

  static bool starts_with_method(std::string_view text) {
    if (text.starts_with('^')) text.remove_prefix(1);
    const std::string_view word = text.substr(0, text.find(' '));
    return text.size() > word.size() + 1 && text[word.size() + 1] == '/' &&
           std::find(model::kMethods.begin(), model::kMethods.end(), word) != model::kMethods.end();
  }

  // Plain text such as `/metrics` or `admin` is found anywhere in a label: in the middle of a word, too.
  void review_text(const model::Pattern& pattern, const std::string& text) {
    const bool path = text.starts_with('/');
    const Rule* elsewhere = nullptr;
    const Rule* below = nullptr;
    bool exact = false;
    for (const Rule& rule : file_.routes) {
      const std::string& label = rule.handler;
      const std::size_t at = rule.kind == Rule::Kind::kStop ? std::string::npos : label.find(text);
      if (at == std::string::npos) continue;
      const bool begins = path ? at == 0 : at > 0 && label[at - 1] == '/';
      const bool whole_segments = begins && (text.ends_with('/') || ends_segment(label, at + text.size()));
      if (path ? label == text : whole_segments) {
        exact = true;
      } else {
        const Rule*& first = whole_segments ? below : elsewhere;
        if (first == nullptr) first = &rule;
      }
    }
    // A word that is a whole segment in no label was meant to match inside one.
    const bool wide = elsewhere != nullptr && (path || exact);
    const Rule* const hit = wide ? elsewhere : exact ? below : nullptr;
    if (hit == nullptr) return;
    std::string hint = fmt::format("write {} for that segment alone",
                                   document::single_quoted(fmt::format("(^|/){}(/|$)", text)));
    if (path) {
      hint = fmt::format("write {} for that label alone", document::single_quoted(exactly(text)));
      if (!text.ends_with('/')) hint += fmt::format(", '^{}(/|$)' for all below it too", text);
    }
    findings_.add(wide ? "exclude-wide" : "exclude-below", pattern.at,
                  fmt::format("'{}' is searched anywhere in a label: '{}' of line {} is excluded too",
                              pattern.text, hit->handler, hit->at.line),
                  std::move(hint));
  }

  // People write the path of a request where its label is searched.
  void review_path(const model::Pattern& pattern, const RegexNode& tree) {
    const std::optional<PathLanguage> language = PathLanguage::make(tree);
    if (!language || !language->can_begin_with('/') ||
        !(pattern.text.starts_with('/') || pattern.text.starts_with("^/")))
      return;
    const Uncovered shortest = find_uncovered(*language, {});
    if (!shortest.path) return;
    const std::string target = target_of(*shortest.path);
    model::Request request;
    request.method = "GET";
    request.target = target;
    const route::Decision decision = resolver_->resolve(request);
    if (decision.outcome != route::Outcome::kTemplated) return;
    const std::string& label = router_.labels()[decision.label];
    findings_.add("exclude-no-hit", pattern.at,
                  fmt::format("GET {} is still counted: it has the label '{}', and exclude searches labels",
                              target, label),
                  fmt::format("write {} to exclude that label", document::single_quoted(exactly(label))));
  }

  // True when nothing is left to count.
  bool review_all() {
    const std::vector<std::string>& gone = router_.excluded_labels();
    std::size_t handlers = 0;
    for (const Rule& rule : file_.routes) {
      if (rule.kind == Rule::Kind::kStop) continue;
      ++handlers;
      if (std::find(gone.begin(), gone.end(), rule.handler) == gone.end()) return false;
    }
    // With a single handler it may be intended.
    if (handlers < 2 || file_.exclude.empty()) return false;
    const model::Pattern& first = file_.exclude[0];
    findings_.add(
        "exclude-all", first.at, "every handler of this file is excluded: no request is counted",
        fmt::format("a pattern is searched anywhere in a label; '^' and '$' anchor it: {}",
                    first.text.starts_with('/') ? fmt::format("write {} for that label alone",
                                                              document::single_quoted(exactly(first.text)))
                                                : "'^/metrics$' is that label alone"));
    return true;
  }

  const model::RuleFile& file_;
  const route::Router& router_;
  Findings& findings_;
  std::unique_ptr<route::Resolver> resolver_;
  bool all_gone_ = false;
};

}  // namespace

void review_exclude(const Subject& subject, Findings& findings) { ExcludeReview(subject, findings).run(); }

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#include "route/router.h"

#include <unordered_map>
#include <utility>

#include "route/compiled_router.h"
#include "route/pattern/regex.h"
#include "route/template/template.h"

namespace routemeter::route {
namespace {

using Kind = model::Rule::Kind;
class Compiler {
 public:
  explicit Compiler(const model::RuleFile& file) : file_(file), made_(std::make_shared<CompiledRouter>()) {}

  util::Result<std::shared_ptr<const Router>> run() {
    const model::Options& options = file_.options;
    made_->redirect_slashes = options.redirect_slashes;
    made_->mismatch_is_handler = options.method_mismatch_is_handler;
    made_->ignore_untemplated = options.ignore_untemplated;
    made_->group_untemplated = options.group_untemplated;
    // First, because every label is looked up in it.
    for (const model::Pattern& pattern : file_.exclude) {
      report(pattern.text, pattern.at, made_->exclude.add(pattern.text, FreePatterns::Where::kAnywhere));
    }
    for (util::Diagnostic& error : errors_) error.code = "invalid-exclude";
    made_->exclude.freeze();
    label_ids_.emplace(made_->names[kNoneLabel], kNoneLabel);
    made_->rules.reserve(file_.routes.size());
    for (const model::Rule& rule : file_.routes) add(rule);
    made_->trie.freeze();
    made_->patterns.freeze();
    made_->pattern_rules.push_back(kNoRule);
    if (!errors_.empty()) {
      for (util::Diagnostic& error : errors_) {
        if (error.code.empty()) error.code = "invalid-routes";
      }
      util::sort_by_place(errors_);
      return std::move(errors_);
    }
    return std::shared_ptr<const Router>(std::move(made_));
  }

 private:
  void add(const model::Rule& rule) {
    const auto index = static_cast<RuleIndex>(made_->rules.size());
    CompiledRule& compiled = made_->rules.emplace_back();
    made_->direct.emplace_back().stop = rule.kind == Kind::kStop;
    compiled.guard = guard_of(rule);
    compiled.guard.rule = index;
    std::vector<TemplatePart> parts;
    if (rule.kind == Kind::kTemplate) {
      util::Result<std::vector<TemplatePart>> parsed = parse_template(rule.pattern);
      if (!parsed) return report_template(rule, parsed.errors());
      parts = std::move(*parsed);
    } else if (std::optional<std::vector<TemplatePart>> simple = simple_pattern(rule.pattern)) {
      parts = std::move(*simple);
    }
    if (parts.empty() || !made_->trie.add(parts, compiled.guard)) {
      const std::string pattern = rule.kind == Kind::kTemplate ? regex_of(parts) : rule.pattern;
      std::optional<RegexProblem> problem = made_->patterns.add(pattern, FreePatterns::Where::kWhole);
      if (problem) return report(rule.pattern, rule.pattern_at, std::move(problem));
      made_->pattern_rules.push_back(index);
    }
    if (rule.kind == Kind::kStop) {
      compiled.stop = std::make_unique<RE2>(whole(rule.pattern, path_options()), path_options());
    } else {
      label(rule, parts, compiled);
    }
  }

  Guard guard_of(const model::Rule& rule) {
    Guard guard;
    guard.stop = rule.kind == Kind::kStop ? 1 : 0;
    if (!rule.host.empty()) guard.host = made_->hosts.add(rule.host) & kMaxHost;
    if (rule.methods.empty()) return guard;
    guard.methods = 0;
    for (const std::string& method : rule.methods) {
      const std::uint64_t bit = made_->methods.add(method);
      if (bit == 0) {
        errors_.push_back(error_at(file_, rule.at, "more than 63 different methods in one file: " + method,
                                   "leave the methods out to take any"));
      }
      guard.methods |= bit;
    }
    return guard;
  }

  void label(const model::Rule& rule, const std::vector<TemplatePart>& parts, CompiledRule& compiled) {
    const RuleLabel direct = label_of(rule.handler);
    made_->direct.back().label = direct.id;
    made_->direct.back().excluded = direct.excluded;
    if (!made_->redirect_slashes) return;
    // A path without a trailing slash matches with one only where the rule can end in one.
    const bool may_end_with_slash =
        parts.empty() || (parts.back().is_literal ? parts.back().literal.back() == '/'
                                                  : row_of(parts.back().converter).spans_segments);
    std::string bare = rule.handler;
    while (bare.ends_with('/')) bare.pop_back();
    compiled.redirected_slash = label_of(bare + '/');
    // Nothing is left of "/" when the request had no slash at all, such as an empty path.
    if (may_end_with_slash) compiled.redirected = label_of(bare.empty() ? "/" : bare);
  }

  RuleLabel label_of(const std::string& text) {
    const auto [at, added] = label_ids_.emplace(text, static_cast<LabelId>(made_->names.size()));
    const bool excluded = !made_->exclude.empty() && made_->exclude.any_matches(text, scratch_);
    if (added) made_->names.push_back(text);
    if (added && excluded) made_->excluded_names.push_back(text);
    return {at->second, excluded};
  }

  void report_template(const model::Rule& rule, const util::Diagnostics& findings) {
    for (const util::Diagnostic& finding : findings) {
      errors_.push_back(error_at(
          file_,
          place_inside(file_, rule.pattern, rule.pattern_at, static_cast<std::size_t>(finding.at.column - 1)),
          finding.message, finding.hint));
    }
  }

  void report(std::string_view pattern, util::Position at, std::optional<RegexProblem> problem) {
    if (!problem) return;
    errors_.push_back(error_at(file_, place_inside(file_, pattern, at, problem->offset),
                               std::move(problem->message), std::move(problem->hint)));
  }

  const model::RuleFile& file_;
  std::shared_ptr<CompiledRouter> made_;
  std::unordered_map<std::string, LabelId> label_ids_;
  FreePatterns::Scratch scratch_;
  util::Diagnostics errors_;
};

}  // namespace

util::Result<std::shared_ptr<const Router>> compile(const model::RuleFile& file) {
  return Compiler(file).run();
}

}  // namespace routemeter::route

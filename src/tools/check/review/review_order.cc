// SPDX-License-Identifier: Apache-2.0
// Rules that other rules leave nothing to, and rules that are there twice.
#include <algorithm>
#include <map>
#include <utility>

#include "tools/check/language/reach.h"
#include "tools/check/review/reviews.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::check {
namespace {

using model::Rule;

// From so many on, one finding at the rule that takes everything says more than one at each that it takes.
constexpr std::size_t kManyVictims = 5;

bool same(const Rule& a, const Rule& b) {
  auto left = a.methods;
  auto right = b.methods;
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return a.kind == b.kind && a.pattern == b.pattern && a.host == b.host && left == right;
}

std::string shown(const std::string& text) { return util::quoted(text, 100); }

std::string lines_of(const std::vector<std::size_t>& rules, const model::RuleFile& file) {
  std::vector<std::string> lines;
  lines.reserve(rules.size());
  for (const std::size_t rule : rules) lines.push_back(std::to_string(file.routes[rule].at.line));
  return (lines.size() == 1 ? "line " : "lines ") + listed(lines);
}

class OrderReview {
 public:
  OrderReview(const Subject& subject, Findings& findings)
      : file_(subject.file), shapes_(subject.shapes), findings_(findings) {
    ReachSearch search(subject.file, subject.shapes, subject.router);
    for (std::size_t rule = 0; rule < file_.routes.size(); ++rule) {
      reaches_.push_back(search.of(rule));
      const Reach& reach = reaches_.back();
      if (reach.kind == Reach::Kind::kNever && reach.takers.size() == 1 && !twin(rule))
        victims_[reach.takers[0]].push_back(rule);
    }
  }

  void run() {
    for (std::size_t rule = 0; rule < reaches_.size(); ++rule) {
      if (reaches_[rule].kind != Reach::Kind::kWins) report(rule);
    }
    for (const auto& [taker, victims] : victims_) {
      if (victims.size() >= kManyVictims) report_catch_all(taker, victims);
    }
  }

 private:
  bool twin(std::size_t rule) const {
    const std::vector<std::size_t>& takers = reaches_[rule].takers;
    return takers.size() == 1 && same(file_.routes[takers[0]], file_.routes[rule]);
  }

  // "line 4, 'GET /x', takes" or "lines 4 and 7 together take".
  std::string takers_take(const Reach& reach) const {
    if (reach.takers.size() == 1) return fmt::format("{}, takes", line_of(file_.routes[reach.takers[0]]));
    return fmt::format("{} together take", lines_of(reach.takers, file_));
  }

  // Whether the rule has all paths of the one that takes its own: then moving it would only turn the tables.
  bool equals_taker(std::size_t rule) const {
    const std::vector<std::size_t>& takers = reaches_[rule].takers;
    if (takers.size() != 1 || !shapes_[takers[0]].language) return false;
    const PathLanguage* const mine = &*shapes_[rule].language;
    const Uncovered left = find_uncovered(*shapes_[takers[0]].language, {&mine, 1});
    return !left.path && !left.gave_up;
  }

  std::string repair(std::size_t rule, const std::string& without_moving) const {
    if (equals_taker(rule)) return fmt::format("the two match the same paths: {}", without_moving);
    return fmt::format("the first rule that matches wins: move it above line {}, or {}",
                       file_.routes[reaches_[rule].takers[0]].at.line, without_moving);
  }

  void report(std::size_t index) {
    const Rule& rule = file_.routes[index];
    const Reach& reach = reaches_[index];
    if (reach.kind == Reach::Kind::kLosesMethods) {
      const std::string methods = listed(reach.lost);
      findings_.add(
          "loses-methods", rule.at,
          fmt::format("{} never {} to this rule: {} every path it matches, such as {}", methods,
                      reach.lost.size() == 1 ? "gets" : "get", takers_take(reach), shown(reach.witness)),
          repair(index, fmt::format("leave {} out of this one", methods)));
      return;
    }
    if (reach.kind == Reach::Kind::kOnlyMismatches) {
      findings_.add("loses-methods", rule.at,
                    fmt::format("only requests with methods that it does not list get to this rule: {} the "
                                "others, such as {} {}",
                                takers_take(reach), reach.lost[0], shown(reach.witness)),
                    repair(index, "remove it"));
      return;
    }
    if (twin(index)) {
      const Rule& first = file_.routes[reach.takers[0]];
      findings_.add(
          "duplicate-rule", rule.at, fmt::format("the same rule as in line {}", first.at.line),
          first.handler == rule.handler
              ? "remove one of them"
              : fmt::format("keep the one whose handler is right: {} wins now", shown(first.handler)));
      return;
    }
    if (reach.kind == Reach::Kind::kNever) {
      // The rule that takes it says so for all of them.
      if (reach.takers.size() == 1 && victims_.at(reach.takers[0]).size() >= kManyVictims) return;
      findings_.add("shadowed", rule.at,
                    fmt::format("this rule can never win: {} every path it matches, such as {}",
                                takers_take(reach), shown(reach.witness)),
                    repair(index, "remove it"));
    } else {
      findings_.add("never-seen", rule.at,
                    fmt::format("this rule won none of the paths made for it: {} them, such as {}",
                                takers_take(reach), shown(reach.witness)),
                    repair(index, "remove it if that is so for all of them"));
    }
  }

  void report_catch_all(std::size_t taker, const std::vector<std::size_t>& victims) {
    findings_.add("catch-all", file_.routes[taker].at,
                  fmt::format("{} rules can never win behind this one, which takes every path they match: {}",
                              victims.size(), lines_of(victims, file_)),
                  "the first rule that matches wins: move it to the end of 'routes'");
  }

  const model::RuleFile& file_;
  const std::vector<RuleShape>& shapes_;
  Findings& findings_;
  std::vector<Reach> reaches_;
  std::map<std::size_t, std::vector<std::size_t>> victims_;
};

}  // namespace

void review_order(const Subject& subject, Findings& findings) { OrderReview(subject, findings).run(); }

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#include "tools/check/language/reach.h"

#include <algorithm>
#include <set>
#include <utility>

#include "route/path/path.h"
#include "route/probe.h"

namespace routemeter::check {
namespace {

using model::Rule;

// A rule that so many others are needed to cover is not worth more time.
constexpr int kMaxTakers = 40;
constexpr int kSamples = 30;

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool has_method(const Rule& rule, const std::string& method) {
  return rule.methods.empty() || contains(rule.methods, method);
}

}  // namespace

std::vector<RuleShape> shapes_of(const model::RuleFile& file) {
  std::vector<RuleShape> shapes;
  shapes.reserve(file.routes.size());
  for (const model::Rule& rule : file.routes) {
    RuleShape shape;
    shape.regex = route::regex_of(rule);
    shape.tree = parse_path_regex(shape.regex);
    if (shape.tree) shape.language = PathLanguage::make(*shape.tree);
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

struct ReachSearch::Loss {
  std::set<std::size_t> takers;
  std::string witness;

  void add(Loss more) {
    takers.merge(more.takers);
    if (witness.empty()) witness = std::move(more.witness);
  }
};

ReachSearch::ReachSearch(const model::RuleFile& file, const std::vector<RuleShape>& shapes,
                         std::shared_ptr<const route::Router> router)
    : file_(file),
      shapes_(shapes),
      resolver_(route::make_resolver(std::move(router))),
      other_method_("X"),
      other_host_("x") {
  for (const Rule& rule : file.routes) {
    for (const std::string& method : rule.methods) {
      if (!contains(named_methods_, method)) named_methods_.push_back(method);
    }
    // Longer than any host: equal to none.
    if (rule.host.size() >= other_host_.size()) other_host_ = rule.host + "x";
  }
  while (contains(named_methods_, other_method_)) other_method_ += 'X';
}

Reach ReachSearch::of(std::size_t rule) {
  Reach reach;
  if (!shapes_[rule].language) return reach;
  const std::vector<std::string>& listed = file_.routes[rule].methods;
  std::vector<std::string> asked = listed;
  if (listed.empty()) {
    asked = named_methods_;
    asked.insert(asked.begin(), other_method_);
  }
  Loss loss;
  bool tried_only = false;
  std::vector<std::string> lost;
  for (const std::string& method : asked) {
    const Answer answer = ask(rule, method, loss);
    tried_only |= answer == Answer::kTakenAsTried;
    if (answer == Answer::kTaken || answer == Answer::kTakenAsTried) {
      lost.push_back(method);
    } else if (listed.empty()) {
      return reach;  // a rule for any method is there for what others leave
    }
  }
  if (lost.empty()) return reach;
  reach.kind = tried_only ? Reach::Kind::kNeverSeen : Reach::Kind::kNever;
  if (lost.size() < asked.size()) {
    reach.kind = tried_only ? Reach::Kind::kWins : Reach::Kind::kLosesMethods;
  } else if (const Answer answer = ask_mismatches(rule); answer == Answer::kTakenAsTried) {
    reach.kind = Reach::Kind::kNeverSeen;
  } else if (answer != Answer::kTaken && !tried_only) {
    reach.kind = Reach::Kind::kOnlyMismatches;
  }
  if (!listed.empty()) reach.lost = std::move(lost);
  reach.takers.assign(loss.takers.begin(), loss.takers.end());
  reach.witness = std::move(loss.witness);
  return reach;
}

ReachSearch::Answer ReachSearch::ask(std::size_t rule, const std::string& method, Loss& loss) {
  const PathLanguage& language = *shapes_[rule].language;
  Loss mine;
  std::vector<const PathLanguage*> taken;
  for (int round = 0; round < kMaxTakers; ++round) {
    Uncovered left = find_uncovered(language, taken);
    if (left.gave_up) return Answer::kUnknown;
    if (!left.path) {
      // A pattern that matches nothing loses nothing.
      if (taken.empty()) return Answer::kUnknown;
      loss.add(std::move(mine));
      return Answer::kTaken;
    }
    const int winner = taker(rule, *left.path, method);
    if (winner == static_cast<int>(rule)) return Answer::kWins;
    if (winner < 0) return Answer::kUnknown;
    const auto index = static_cast<std::size_t>(winner);
    if (!shapes_[index].language) return ask_samples(rule, method, loss);
    // The same one twice: our reading of a pattern is not RE2's.
    if (!mine.takers.insert(index).second) return Answer::kUnknown;
    taken.push_back(&*shapes_[index].language);
    if (mine.witness.empty()) mine.witness = std::move(*left.path);
  }
  return Answer::kUnknown;
}

ReachSearch::Answer ReachSearch::ask_samples(std::size_t rule, const std::string& method, Loss& loss) {
  // The same samples in every run: a check that changes its mind is none.
  std::minstd_rand random(1);
  Loss mine;
  for (int i = 0; i < kSamples; ++i) {
    const std::string path = shapes_[rule].language->random_member(random);
    const int winner = taker(rule, path, method);
    if (winner == static_cast<int>(rule)) return Answer::kWins;
    if (winner < 0) return Answer::kUnknown;
    mine.takers.insert(static_cast<std::size_t>(winner));
    if (mine.witness.empty() || path.size() < mine.witness.size()) mine.witness = path;
  }
  loss.add(std::move(mine));
  return Answer::kTakenAsTried;
}

// Whether the rule gets requests by methods that it does not list.
ReachSearch::Answer ReachSearch::ask_mismatches(std::size_t rule) {
  const Rule& asked = file_.routes[rule];
  if (asked.methods.empty() || asked.kind == Rule::Kind::kStop || !file_.options.method_mismatch_is_handler)
    return Answer::kTaken;
  std::vector<std::string> methods = named_methods_;
  methods.insert(methods.begin(), other_method_);
  Answer all = Answer::kTaken;
  Loss loss;
  for (const std::string& method : methods) {
    if (contains(asked.methods, method)) continue;
    const Answer answer = ask(rule, method, loss);
    if (answer == Answer::kWins || answer == Answer::kUnknown) return answer;
    if (answer == Answer::kTakenAsTried) all = answer;
  }
  return all;
}

// The rule that decides over this path instead of `rule`, and would over any other that both match by this
// method: only such may be subtracted. -1 when there is none.
int ReachSearch::taker(std::size_t rule, const std::string& path, const std::string& method) {
  const Rule& asked = file_.routes[rule];
  const std::string target = target_of(path);
  model::Request request;
  request.method = method;
  request.target = target;
  request.host = asked.host.empty() ? other_host_ : asked.host;
  const std::int32_t winner = resolver_->resolve(request).rule;
  if (winner < 0 || winner == static_cast<std::int32_t>(rule)) return winner;
  const Rule& taken = file_.routes[static_cast<std::size_t>(winner)];
  const bool before = winner < static_cast<std::int32_t>(rule);
  if (!has_method(asked, method)) {
    // A mismatch loses to every mismatch before it, to every match but that of a stop behind it.
    const bool stop = taken.kind == Rule::Kind::kStop;
    return before || (!stop && has_method(taken, method)) ? winner : -1;
  }
  if (before && has_method(taken, method)) return winner;
  // A mismatch that counts because a stop ended the search: the stop is what takes the path.
  return stop_before(rule, path, method);
}

int ReachSearch::stop_before(std::size_t rule, const std::string& path, const std::string& method) const {
  for (std::size_t i = 0; i < rule; ++i) {
    const Rule& stop = file_.routes[i];
    if (stop.kind != Rule::Kind::kStop || !has_method(stop, method)) continue;
    if (!stop.host.empty() && stop.host != file_.routes[rule].host) continue;
    if (shapes_[i].language && shapes_[i].language->matches(path)) return static_cast<int>(i);
  }
  return -1;
}

std::string target_of(const std::string& path) {
  return route::encode_path(path, "!\"$&'()*+,/:;<=>@[\\]^`{|}");
}

}  // namespace routemeter::check

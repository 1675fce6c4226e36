// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "route/probe.h"
#include "tools/explain/explainer.h"
#include "tools/explain/rule_list.h"
#include "unit/random_rules.h"

// What explain says of single rules and what the matcher decides must never contradict each other.

namespace routemeter::explain {
namespace {

using route::Verdict;
using testing::below;
using testing::kHosts;
using testing::kMethods;

app::Service service_of(model::RuleFile file) {
  model::MetricSpec metrics;
  metrics.kind = "default";
  file.metrics = {metrics};
  app::Service service;
  service.rules = std::move(file);
  auto router = route::compile(service.rules);
  REQUIRE(router);
  service.router = *router;
  return service;
}

/// The rule that decides, from each rule's own verdict: ROUTES in man/routemeter-rules.5.
class ByVerdicts {
 public:
  ByVerdicts(const model::RuleFile& file, const model::Request& request)
      : file_(file), probe_(file), request_(request) {}

  std::optional<std::size_t> winner(const std::string& path) const {
    const Found first = search(path);
    if (first.full && !is_stop(*first.full)) return first.full;
    if (first.partial) return file_.options.method_mismatch_is_handler ? first.partial : first.full;
    const std::string other = route::toggled_slash(path);
    if (!file_.options.redirect_slashes || path == "/") return first.full;
    const Found second = search(other);
    std::optional<std::size_t> found = second.full;
    if (!found && file_.options.method_mismatch_is_handler) found = second.partial;
    if (!found) return first.full;
    if (is_stop(*found)) return first.full ? first.full : found;
    if (first.full && (*found > *first.full || !probe_.path_matches(*first.full, other))) return first.full;
    return found;
  }

  std::vector<std::size_t> later(std::size_t winner, const std::string& path, bool any_method) const {
    std::vector<std::size_t> out;
    for (std::size_t i = winner + 1; i < file_.routes.size(); ++i) {
      const Verdict verdict = ask(i, path);
      if (verdict == Verdict::kMatch || (any_method && verdict == Verdict::kOtherMethod)) out.push_back(i);
    }
    return out;
  }

 private:
  struct Found {
    std::optional<std::size_t> full;
    std::optional<std::size_t> partial;
  };
  bool is_stop(std::size_t rule) const { return file_.routes[rule].kind == model::Rule::Kind::kStop; }
  Verdict ask(std::size_t rule, const std::string& path) const {
    return probe_.ask(rule, path, request_.method, request_.host);
  }
  Found search(const std::string& path) const {
    Found found;
    for (std::size_t i = 0; i < file_.routes.size() && !found.full; ++i) {
      const Verdict verdict = ask(i, path);
      if (verdict == Verdict::kMatch) found.full = i;
      if (verdict == Verdict::kOtherMethod && !is_stop(i) && !found.partial) found.partial = i;
    }
    return found;
  }

  const model::RuleFile& file_;
  route::Probe probe_;
  const model::Request& request_;
};

TEST_CASE("explain: the verdicts of single rules give the winner and the later rules that match too") {
  int decided = 0;
  int redirected = 0;
  int later = 0;
  for (int round = 0; round < 400; ++round) {
    const app::Service service = service_of(testing::random_rules());
    const auto explainer = Explainer::create(service, nullptr);
    REQUIRE(explainer);
    for (int i = 0; i < 20; ++i) {
      const std::string target = testing::mutated(testing::near_target(service.rules));
      const std::string method = kMethods[below(kMethods.size())];
      const std::string host = kHosts[below(kHosts.size())];
      model::Request request;
      request.method = method;
      request.target = target;
      request.host = host;
      request.status = 200;
      const Explanation e = (*explainer)->explain(request);
      const ByVerdicts reference(service.rules, request);
      CAPTURE(target, method, host, round, i);
      REQUIRE(e.path == route::decoded_path(target));
      REQUIRE(e.rule == reference.winner(e.path));
      REQUIRE((e.outcome == Outcome::kExcluded) == (e.exclude >= 0));
      REQUIRE(e.handler.has_value() ==
              (e.outcome == Outcome::kMatched || e.outcome == Outcome::kUntemplated));
      if (!e.rule) continue;
      REQUIRE(e.matched_path == (e.redirected ? route::toggled_slash(e.path) : e.path));
      REQUIRE(e.also == reference.later(*e.rule, e.matched_path, e.other_method));
      ++decided;
      redirected += e.redirected ? 1 : 0;
      later += e.also.empty() ? 0 : 1;
    }
  }
  CHECK(decided > 2000);
  CHECK(redirected > 20);
  CHECK(later > 200);
}

TEST_CASE("explain: there is a reason for each template that does not match, and for no other") {
  int misfits = 0;
  for (int round = 0; round < 400; ++round) {
    const model::RuleFile file = testing::random_rules();
    const route::Probe probe(file);
    for (int i = 0; i < 10; ++i) {
      const std::string path = route::decoded_path(testing::mutated(testing::near_target(file)));
      for (std::size_t rule = 0; rule < file.routes.size(); ++rule) {
        const bool is_template = file.routes[rule].kind == model::Rule::Kind::kTemplate;
        if (!is_template && probe.path_matches(rule, path)) continue;
        const std::string text = why_not(file.routes[rule], path).text;
        CAPTURE(file.routes[rule].pattern, path, text);
        REQUIRE(text.empty() == probe.path_matches(rule, path));
        misfits += text.empty() ? 0 : 1;
      }
    }
  }
  CHECK(misfits > 5000);
}

}  // namespace
}  // namespace routemeter::explain

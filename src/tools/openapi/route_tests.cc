// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <string>
#include <utility>

#include "route/probe.h"
#include "route/router.h"
#include "rules/rule_text.h"
#include "tools/openapi/endpoint.h"
#include "util/fmt.h"
#include "util/printable.h"

namespace routemeter::openapi {
namespace {

struct Attempt {
  std::string target;
  std::int32_t winner = -1;
};

class Tester {
 public:
  Tester(const Document& document, const std::vector<Endpoint>& endpoints, Imported& imported)
      : document_(document), endpoints_(endpoints), imported_(imported) {
    for (const ImportedRoute& route : imported.routes) file_.routes.push_back(route.rule);
  }

  util::Result<bool> run() {
    const auto router = route::compile(file_);
    if (!router) return router.errors();
    router_ = *router;
    resolver_ = route::make_resolver(router_);
    for (std::size_t i = 0; i < imported_.routes.size(); ++i) add_test(i);
    return true;
  }

 private:
  std::int32_t winner(const std::string& method, const std::string& target) {
    model::Request request;
    request.method = method;
    request.target = target;
    return resolver_->resolve(request).rule;
  }

  // The first made-up path that reaches the rule, else the first whose path it matches at all.
  std::optional<Attempt> attempt(std::size_t index, const std::string& method) {
    const Endpoint& from = endpoints_[index];
    std::optional<Attempt> taken;
    std::string before;
    for (std::size_t variant = 0; variant < kVariants; ++variant) {
      Attempt now{fill(from.pieces, from.samples, variant), -1};
      if (now.target == before) continue;
      before = now.target;
      now.winner = winner(method, now.target);
      if (now.winner == static_cast<std::int32_t>(index)) return now;
      if (!taken && now.winner >= 0 && matches(index, now.target)) taken = std::move(now);
    }
    return taken;
  }

  bool matches(std::size_t index, const std::string& target) const {
    model::RuleFile alone;
    alone.routes.push_back(file_.routes[index]);
    return route::Probe(alone).path_matches(0, route::decoded_path(target));
  }

  void add_test(std::size_t index) {
    ImportedRoute& route = imported_.routes[index];
    std::vector<std::string> methods = route.rule.methods;
    if (methods.empty()) methods.emplace_back("GET");
    bool is_reached = false;
    for (const std::string& method : methods) {
      const std::optional<Attempt> found = attempt(index, method);
      if (!found) continue;
      const bool reaches = found->winner == static_cast<std::int32_t>(index);
      if (!reaches) warn(route.rule, method, static_cast<std::size_t>(found->winner));
      if (route.test && (is_reached || !reaches)) continue;
      is_reached = reaches;
      model::RuleTest& test = route.test.emplace();
      test.method = method;
      test.target = found->target;
      test.handler = file_.routes[static_cast<std::size_t>(found->winner)].handler;
    }
  }

  void warn(const model::Rule& rule, const std::string& method, std::size_t winner) {
    const std::string other = rules::rule_name(file_.routes[winner]);
    imported_.warnings.push_back(warning_at(
        document_, rule.at,
        fmt::format("{} {} is never reached: '{}' comes before it and takes it", method,
                    util::printable(rule.handler, 200), other),
        imported_.options.spec_order.value_or(false)
            ? ""
            : "if the application takes the first route that matches (FastAPI, Django, Express), it has "
              "this fault itself: declare the concrete path first; if it takes the most specific one "
              "(Spring, Flask), import with --order spec"));
  }

  static constexpr std::size_t kVariants = 12;

  const Document& document_;
  const std::vector<Endpoint>& endpoints_;
  Imported& imported_;
  model::RuleFile file_;
  std::shared_ptr<const route::Router> router_;
  std::unique_ptr<route::Resolver> resolver_;
};

}  // namespace

util::Result<bool> add_tests(const Document& document, const std::vector<Endpoint>& endpoints,
                             Imported& imported) {
  return Tester(document, endpoints, imported).run();
}

}  // namespace routemeter::openapi

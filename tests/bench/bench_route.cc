// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "route/router.h"

// One resolve(): from a request's method and target to its decision. The rule families are chosen so
// that known cliffs stay in sight.

namespace routemeter::route {
namespace {

using Requests = std::vector<std::pair<std::string, std::string>>;

model::Rule template_rule(const std::string& path, std::vector<std::string> methods) {
  model::Rule rule;
  rule.pattern = path;
  rule.handler = path;
  rule.methods = std::move(methods);
  return rule;
}

model::Rule pattern_rule(const std::string& pattern) {
  model::Rule rule;
  rule.kind = model::Rule::Kind::kPattern;
  rule.pattern = pattern;
  rule.handler = pattern;
  return rule;
}

// n templates of a REST service: five per resource.
model::RuleFile templates(int n) {
  model::RuleFile file;
  for (int i = 0; static_cast<int>(file.routes.size()) < n; ++i) {
    const std::string base = "/api/v1/resource" + std::to_string(i);
    file.routes.push_back(template_rule(base, {"GET"}));
    file.routes.push_back(template_rule(base, {"POST"}));
    file.routes.push_back(template_rule(base + "/{id}", {"GET", "PUT", "DELETE"}));
    file.routes.push_back(template_rule(base + "/{id}/items", {"GET"}));
    file.routes.push_back(template_rule(base + "/{id}/items/{item_id:uuid}", {"GET"}));
  }
  file.routes.resize(static_cast<std::size_t>(n));
  return file;
}

std::string number(std::mt19937& random) { return std::to_string(random() % 10000000); }

std::string uuid(std::mt19937& random) {
  std::string text = "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx";
  for (char& c : text) {
    if (c == 'x') c = "0123456789abcdef"[random() % 16];
  }
  return text;
}

// Requests for templates(n): ids in every URL, a tenth matches nothing. `count` different ones.
Requests rest_requests(int n, std::size_t count) {
  std::mt19937 random(1);  // NOLINT: the same requests every time
  Requests all;
  const int resources = std::max(1, n / 5);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string base = "/api/v1/resource" +
                             std::to_string(random() % static_cast<unsigned>(resources)) + "/" +
                             number(random);
    switch (random() % 10) {
      case 0:
        all.emplace_back("GET", "/wp-content/" + number(random) + ".php");
        break;
      case 1:
      case 2:
        all.emplace_back("GET", base + "/items/" + uuid(random));
        break;
      case 3:
      case 4:
        all.emplace_back("GET", base + "/items?page=" + number(random));
        break;
      case 5:
        all.emplace_back("PUT", base);
        break;
      default:
        all.emplace_back("GET", base);
    }
  }
  return all;
}

void run(benchmark::State& state, const model::RuleFile& file, const Requests& requests) {
  const auto router = compile(file);
  if (!router) {
    state.SkipWithError("rules do not compile");
    return;
  }
  const auto resolver = make_resolver(*router);
  // One behind the other, as in a log, with something behind the last.
  std::string log;
  for (const auto& [method, target] : requests) log += method + ' ' + target + ' ';
  log.append(64, ' ');
  std::vector<model::Request> read;
  std::string_view rest = log;
  for (const auto& [method, target] : requests) {
    model::Request request;
    request.set_method(rest.substr(0, method.size()), model::method_number(method));
    request.target = rest.substr(method.size() + 1, target.size());
    request.readable_end = log.data() + log.size();
    read.push_back(request);
    rest.remove_prefix(method.size() + target.size() + 2);
  }
  std::size_t at = 0;
  std::size_t matched = 0;
  for (auto _ : state) {
    const Decision decision = resolver->resolve(read[at]);
    matched += decision.outcome == Outcome::kTemplated ? 1U : 0U;
    if (++at == read.size()) at = 0;
  }
  state.counters["matched"] = static_cast<double>(matched) / static_cast<double>(state.iterations());
}

// Half a million different URLs: none is in the memo when it comes again.
constexpr std::size_t kMany = 500000;
// As many as fit, so that all are.
constexpr std::size_t kFew = 4000;

void BM_Templates(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  run(state, templates(n), rest_requests(n, kMany));
}
BENCHMARK(BM_Templates)->Arg(10)->Arg(40)->Arg(100)->Arg(1000)->Arg(10000);

// The same URLs over and over: what a memo in front of the trie would have to beat.
void BM_TemplatesRepeated(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  run(state, templates(n), rest_requests(n, kFew));
}
BENCHMARK(BM_TemplatesRepeated)->Arg(40)->Arg(1000);

model::RuleFile dots(int n) {
  model::RuleFile file;
  for (int i = 0; i < n; ++i)
    file.routes.push_back(pattern_rule("/.*/resource" + std::to_string(i) + "/.*\\.css"));
  return file;
}

model::RuleFile suffixes(int n) {
  model::RuleFile file;
  for (int i = 0; i < n; ++i) file.routes.push_back(pattern_rule(".*\\.ext" + std::to_string(i)));
  return file;
}

Requests pattern_requests(int n, std::size_t count) {
  std::mt19937 random(2);  // NOLINT
  Requests all;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string which = std::to_string(random() % (static_cast<unsigned>(n) * 3));
    all.emplace_back("GET", "/static/" + number(random) + "/resource" + which + "/site.css");
    all.emplace_back("GET", "/download/" + number(random) + "/report.ext" + which);
  }
  return all;
}

void BM_PatternsDots(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  run(state, dots(n), pattern_requests(n, kMany / 2));
}
BENCHMARK(BM_PatternsDots)->Arg(20)->Arg(100)->Arg(500)->Arg(1000);

void BM_PatternsDotsRepeated(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  run(state, dots(n), pattern_requests(n, kFew / 2));
}
BENCHMARK(BM_PatternsDotsRepeated)->Arg(500);

void BM_PatternsSuffix(benchmark::State& state) {
  const int n = static_cast<int>(state.range(0));
  run(state, suffixes(n), pattern_requests(n, kMany / 2));
}
BENCHMARK(BM_PatternsSuffix)->Arg(20)->Arg(100)->Arg(500);

// 40 templates first, then patterns: most requests never reach those.
void BM_Mixed(benchmark::State& state) {
  model::RuleFile file = templates(40);
  for (const model::Rule& rule : dots(static_cast<int>(state.range(0))).routes) file.routes.push_back(rule);
  run(state, file, rest_requests(40, kMany));
}
BENCHMARK(BM_Mixed)->Arg(500);

void BM_Exclude(benchmark::State& state) {
  model::RuleFile file = templates(40);
  file.exclude = {{"/metrics", {}}, {".*admin.*", {}}, {"^/health$", {}}};
  run(state, file, rest_requests(40, kMany));
}
BENCHMARK(BM_Exclude);

// From a rule file in memory to a router.
void BM_CompileTemplates(benchmark::State& state) {
  const model::RuleFile file = templates(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(compile(file));
}
BENCHMARK(BM_CompileTemplates)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

void BM_CompilePatterns(benchmark::State& state) {
  const model::RuleFile file = dots(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(compile(file));
}
BENCHMARK(BM_CompilePatterns)->Arg(500)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace routemeter::route

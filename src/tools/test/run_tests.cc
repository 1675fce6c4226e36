// SPDX-License-Identifier: Apache-2.0
#include "tools/test/run_tests.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "app/load/log_format.h"
#include "tools/explain/render.h"
#include "util/fmt.h"

namespace routemeter::explain {
namespace {

using TestOutcome = model::RuleTest::Outcome;

// The outcome in the words of a test: a label, or one of the two words.
std::string said(const Explanation& e) {
  if (e.outcome == Outcome::kMatched) return "handler " + *e.handler;
  return e.outcome == Outcome::kExcluded ? "excluded" : "none";
}

bool has_outcome(const model::RuleTest& test, const Explanation& e) {
  if (test.outcome == TestOutcome::kExcluded) return e.outcome == Outcome::kExcluded;
  if (test.outcome == TestOutcome::kNone)
    return e.outcome == Outcome::kUntemplated || e.outcome == Outcome::kIgnored;
  // Also the path that is its own label, with group_untemplated: false; but "none" is no handler.
  return e.handler == test.handler && (e.outcome == Outcome::kMatched || e.handler != "none");
}

std::vector<std::string> problems_of(const model::RuleTest& test, const Explanation& e) {
  std::vector<std::string> problems;
  if (!has_outcome(test, e)) {
    problems.push_back(fmt::format("expected {}{}, got {}",
                                   test.outcome == TestOutcome::kHandler ? "handler " : "", test.wanted(),
                                   said(e)));
  }
  for (const auto& [name, value] : test.labels) {
    const auto& labels = e.record.labels;
    const auto found = std::find_if(labels.begin(), labels.end(),
                                    [&name = name](const auto& label) { return label.first == name; });
    if (found == labels.end()) {
      problems.push_back(fmt::format("expected label {}=\"{}\", got none of that name", name, value));
    } else if (found->second != value) {
      problems.push_back(fmt::format("expected label {}=\"{}\", got \"{}\"", name, value, found->second));
    }
  }
  return problems;
}

TestResult run_test(const model::RuleTest& test, Explainer& explainer) {
  model::Request request;
  request.method = test.method;
  request.target = test.target;
  request.host = test.host;
  request.status = static_cast<std::uint16_t>(test.status.value_or(200));
  const Explanation explanation = explainer.explain(request);
  TestResult result;
  result.test = &test;
  result.problems = problems_of(test, explanation);
  if (result.passed()) return result;
  Shown shown;
  shown.assumed_status = !test.status;
  result.explanation = to_text(test.method + " " + test.target, &request, explanation, explainer, shown);
  return result;
}

}  // namespace

std::size_t TestedFile::failed() const {
  return static_cast<std::size_t>(std::count_if(results.begin(), results.end(),
                                                [](const TestResult& result) { return !result.passed(); }));
}

util::Result<TestedFile> run_tests(const std::string& path) {
  app::CommonOptions options;
  options.rules = path;
  auto service = app::load_service(options);
  if (!service) return service.errors();
  TestedFile out;
  out.service = std::make_unique<app::Service>(std::move(*service));
  const auto format = app::detect_format(out.rules().format, path, {});
  if (!format) return app::with_source(out.rules(), format.errors());
  auto explainer = Explainer::create(*out.service, format->format.get());
  if (!explainer) return explainer.errors();
  for (const model::RuleTest& test : out.rules().tests) out.results.push_back(run_test(test, **explainer));
  return out;
}

}  // namespace routemeter::explain

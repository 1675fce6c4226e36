// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/load/service.h"
#include "model/rule_file.h"
#include "tools/explain/explainer.h"
#include "util/result.h"

namespace routemeter::explain {

/// The result of one entry of `tests`.
struct TestResult {
  const model::RuleTest* test = nullptr;
  std::vector<std::string> problems;  ///< one line each; empty = passed
  std::string explanation;            ///< of a failure: why it came out so, as `explain` shows it
  bool passed() const { return problems.empty(); }
};

/// A rule file with its tests run. The results point into the service.
struct TestedFile {
  std::unique_ptr<app::Service> service;
  std::vector<TestResult> results;
  const model::RuleFile& rules() const { return service->rules; }
  std::size_t failed() const;
};

/// Loads the file and runs all its tests with the matcher and the store that `serve` uses. Errors: the file
/// is none that `serve` would take.
util::Result<TestedFile> run_tests(const std::string& path);

/// The failures with their explanations and a summary, for people.
std::string to_text(const std::vector<TestedFile>& files);

/// The Test Anything Protocol, version 13 (14 reads it too).
std::string to_tap(const std::vector<TestedFile>& files);

/// JUnit's XML as CI servers read it: a suite per file.
std::string to_junit(const std::vector<TestedFile>& files);

/// The line for the rule file's `tests` that holds what was explained, "  - GET /items/42 ->
/// /items/{item_id}", without newline; none for a request that a rule file cannot write down. `host` and
/// `status` are asked for only where they matter: a host if the file has rules for one, a status if
/// `with_status`.
std::optional<std::string> test_line(const model::Request& request, const Explanation& explanation,
                                     const model::RuleFile& rules, bool with_status);

}  // namespace routemeter::explain

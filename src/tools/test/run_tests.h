// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/load/service.h"
#include "model/rule_file.h"
#include "tools/explain/explainer.h"
#include "util/result.h"

namespace routemeter::explain {

/// What became of one entry of `tests`.
struct TestResult {
  const model::RuleTest* test = nullptr;
  std::vector<std::string> problems;  ///< what is not as it should be, one line each; empty = passed
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

}  // namespace routemeter::explain

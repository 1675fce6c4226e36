// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rule_file.h"
#include "route/router.h"
#include "tools/check/sample.h"
#include "util/diagnostic.h"

namespace routemeter::check {

/// The findings about one rule file, and the file itself.
struct FileReport {
  std::string path;
  bool readable = true;
  util::Diagnostics findings;  ///< in file order, each with its code
  model::RuleFile rules;
  std::shared_ptr<const route::Router> router;  ///< null: the file has errors
  std::optional<SampleReport> sample;
};

/// Loads, compiles and reviews a rule file.
FileReport check_file(const std::string& path);
/// The same from memory; `path` is for messages.
FileReport check_text(std::string_view text, const std::string& path);

struct Counts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t notes = 0;
};
Counts count(const std::vector<FileReport>& reports);

// The result in its three forms, all of them safe for a terminal.

/// For people.
std::string to_text(const std::vector<FileReport>& reports);
/// One object: `files`, each with its `findings` and `sample`, and a `summary`.
std::string to_json(const std::vector<FileReport>& reports);
/// SARIF 2.1.0, which code review tools show beside the lines.
std::string to_sarif(const std::vector<FileReport>& reports);

/// "2 files: 1 error, 3 warnings, 1 note".
std::string summary(const std::vector<FileReport>& reports);

}  // namespace routemeter::check

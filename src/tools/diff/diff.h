// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/load/service.h"
#include "tools/diff/rule_changes.h"
#include "tools/diff/sample_diff.h"
#include "tools/diff/settings.h"
#include "util/result.h"

namespace routemeter::explain {

/// The effects of a change to a rule file, for its reviewer. Comments and tests are no difference.
struct Difference {
  std::unique_ptr<app::Service> before;
  std::unique_ptr<app::Service> after;
  std::vector<RuleChange> rules;
  std::vector<SettingChange> settings;
  std::optional<SampleDiff> sample;  ///< none without logs

  bool same() const {
    return rules.empty() && settings.empty() &&
           (!sample || (sample->shifts.empty() && sample->series.empty()));
  }
};

/// Loads both files and compares them, and if there are `logs`, what they make of them. Errors of both files
/// at once.
util::Result<Difference> compare(const std::string& before, const std::string& after,
                                 const std::vector<std::string>& logs);

/// For people; `all`: every shift and series, however many.
std::string to_text(const Difference& difference, bool all);
/// For a comment on a pull request: GitHub's Markdown, everything from the files and the log in code spans.
std::string to_markdown(const Difference& difference, bool all);
/// One object, indented.
std::string to_json(const Difference& difference);

}  // namespace routemeter::explain

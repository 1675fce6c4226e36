// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/rule_file.h"
#include "pipeline/unmatched.h"
#include "route/router.h"
#include "util/result.h"

namespace routemeter::check {

/// The outcome of reading real logs with a rule file.
struct SampleReport {
  std::uint64_t lines = 0;
  std::uint64_t unparsed = 0;
  std::uint64_t matched = 0;
  std::uint64_t unmatched = 0;
  std::uint64_t excluded = 0;
  std::vector<std::uint64_t> hits;  ///< by rule: lines that it decided, excluded ones too
  std::vector<pipeline::Unmatched::Top> top_unmatched;
  util::Diagnostics failures;  ///< logs that could not be read to their ends
};

/// Reads the logs once. `format` overrides the rule file's. Errors: a log that cannot be opened, or whose
/// format is unknown.
util::Result<SampleReport> read_sample(const model::RuleFile& file,
                                       std::shared_ptr<const route::Router> router,
                                       const std::vector<std::string>& logs,
                                       const std::optional<std::string>& format);

/// A note for each rule that no line got to.
util::Diagnostics never_hit(const model::RuleFile& file, const SampleReport& sample);

}  // namespace routemeter::check

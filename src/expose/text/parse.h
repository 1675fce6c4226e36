// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/result.h"

namespace routemeter::expose {

/// One sample line of a page.
struct ParsedSample {
  std::string name;
  /// Sorted by name, values without escapes; `le` and `quantile` in one spelling, so that "1" is "1.0".
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
  std::string value_text;  ///< as it was written
  util::Position at;
};

/// Reads the Prometheus text format 0.0.4, and what OpenMetrics adds to it as far as samples go (exemplars
/// are skipped). Comments, HELP, TYPE, `# EOF` and timestamps carry nothing. Samples come sorted by name
/// and labels; bounds compare as numbers. All errors at once (at most 20), named by `file`; a sample that
/// occurs twice is one.
util::Result<std::vector<ParsedSample>> parse_text(std::string_view text, const std::string& file);

/// `name{a="1",le="0.1"}`, escaped as on a page.
std::string identity_text(const ParsedSample& sample);

/// The differences in meaning between two expositions: order, comments, number spelling and blank lines are
/// none.
struct Comparison {
  std::vector<std::string> removed;  ///< samples only in expected: "- name{...} 5"
  std::vector<std::string> added;    ///< samples only in actual: "+ name{...} 5"
  std::vector<std::string> changed;  ///< "~ name{...} 5 -> 6"
  bool equal() const { return removed.empty() && added.empty() && changed.empty(); }
};

/// Compares; numbers equal to a relative 1e-9; `NAME_created` samples and timestamps left out. Lines are
/// sorted by name and labels. Errors when `expected` does not parse or has a sample twice
/// (file:line:column). `actual` is our own output.
util::Result<Comparison> compare(std::string_view expected, const std::string& expected_name,
                                 std::string_view actual);

}  // namespace routemeter::expose

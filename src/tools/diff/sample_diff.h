// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/load/service.h"
#include "tools/diff/rule_changes.h"
#include "tools/explain/recorder.h"
#include "util/result.h"

namespace routemeter::explain {

/// Requests that had one label and have another now. What is not counted by a label is named in brackets:
/// "(excluded)", "(ignored)", "(unparsed)", "(its path)".
struct LabelShift {
  static constexpr std::size_t kExamples = 3;
  std::string before;
  std::string after;
  std::uint64_t requests = 0;
  std::vector<std::string> examples;  ///< method and path of the first ones, each once
};

/// A series that is only in one of two expositions, or counts something else.
struct SeriesChange {
  Change change = Change::kAdded;
  std::string family;
  Labels labels;
  std::string before;  ///< a counter's value, or "5 (sum 0.25)"; empty = not there
  std::string after;
};

struct SampleDiff {
  std::uint64_t lines = 0;
  std::uint64_t shifted = 0;         ///< requests that changed their label
  std::vector<LabelShift> shifts;    ///< most requests first
  std::vector<SeriesChange> series;  ///< sorted by family and labels, as on the page
  util::Diagnostics failures;        ///< reading stopped half-way
};

/// Counts the logs by both rule files at once, line by line.
util::Result<SampleDiff> compare_sample(const app::Service& before, const app::Service& after,
                                        const std::vector<std::string>& logs);

}  // namespace routemeter::explain

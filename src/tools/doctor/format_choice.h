// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/load/service.h"
#include "tools/doctor/guess/candidate.h"
#include "tools/doctor/place/doctor_finding.h"

namespace routemeter::doctor {

/// The format that the rest of the examination reads the log with.
struct FormatChoice {
  format::FormatPtr format;  ///< null: nothing fits
  model::FormatSpec spec;    ///< what it was made of
  std::string name;          ///< for people
  bool proposed = false;     ///< `spec` is none that serve would find by itself
};

/// Finds the format of a log by its first lines: the one that the rule file or the command line names, or a
/// built-in one, or else `hints` (nginx's own log_format) and what can be guessed. Reports the
/// choice, the number of lines that fit, and the first mismatch when none does. `lines` is not empty.
FormatChoice choose_format(const model::FormatSpec& wanted, const std::string& log,
                           const std::vector<std::string_view>& lines, const std::vector<Candidate>& hints,
                           Findings& findings);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/load/service.h"
#include "format/contract/format.h"
#include "tools/doctor/guess/candidate.h"
#include "tools/doctor/place/doctor_finding.h"
#include "tools/doctor/servers.h"
#include "tools/doctor/study.h"

namespace routemeter::doctor {

/// The report about one log.
struct LogReport {
  std::string log;
  std::string format = {};  ///< for people; empty = none fits, or there is no line
  pipeline::Counters counters = {};
  std::vector<std::string> missing = {};  ///< keys of `fields` that the metrics need and the log lacks
  Findings findings = {};                 ///< in the order of the checks
  std::string command = {};               ///< that works for this log; empty = none yet
};

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

/// Reports the number of requests, the reasons of the other lines, and the first line that should be a
/// request, with the place where it does not fit.
void check_lines(const format::Format& format, const Study& study, Findings& findings);

/// Reports fields that the metrics of the rule file need and this log lacks: a problem for each, with the
/// metrics that it costs, and with the last one the change to make in `server`. `text` is what the format was
/// made of.
void check_missing(const format::Format& format, Server server, const std::string& text, const Study& study,
                   const app::Service& service, LogReport& report);

/// Checks that durations can be what they are read as: their unit by the name of the field and by the median,
/// their resolution, the time to first byte within the duration, sizes.
void check_numbers(const format::Format& format, const Study& study, Server server, Findings& findings);

/// Checks that times can be read, are not in the future, and go forward. `now` is in seconds since the epoch.
void check_clock(const Study& study, double now, Findings& findings);

/// Reports the share of requests that the rules match, the paths that no rule matches, and how many series
/// there are and will be.
void check_rules(const Study& study, const app::Service& service, const std::string& rules_path,
                 const std::string& log, Findings& findings);

}  // namespace routemeter::doctor

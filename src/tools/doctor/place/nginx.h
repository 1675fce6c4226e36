// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/doctor/guess/candidate.h"
#include "tools/doctor/place/doctor_finding.h"

namespace routemeter::doctor {

/// One access_log directive.
struct AccessLog {
  std::string file;  ///< of the configuration
  int line = 0;
  std::string path;               ///< what it writes to, as written
  std::string format;             ///< the log_format's name; "combined" when it names none
  std::vector<std::string> rest;  ///< buffer=..., gzip, flush=..., if=...
};

/// One log_format directive, its string put together.
struct LogFormat {
  std::string file;
  int line = 0;
  std::string text;  ///< as a rule file's `format` takes it: with "escape=json " in front where it is said
};

struct NginxConfig {
  bool found = false;  ///< the main file could be read
  std::vector<AccessLog> access_logs;
  std::map<std::string, LogFormat> formats;
};

/// Reads nginx.conf with what it includes, as far as logs are concerned.
NginxConfig read_nginx_config(const std::string& path);

/// The access_log directives that write to this file.
std::vector<AccessLog> directives_for(const std::string& log, const NginxConfig& config);

/// The log_format strings that nginx writes this log with, as formats to try.
std::vector<Candidate> nginx_candidates(const std::string& log, const NginxConfig& config);

/// Reports what nginx's configuration says about this log: its format against the one that is used, and
/// options that delay lines, drop them or make them unreadable. `format` as the rule file or detection has
/// it.
void check_nginx(const std::string& log, const NginxConfig& config, const model::FormatSpec& format,
                 Findings& findings);

}  // namespace routemeter::doctor

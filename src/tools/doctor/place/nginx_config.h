// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

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

}  // namespace routemeter::doctor

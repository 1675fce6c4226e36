// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/load/service.h"

namespace routemeter::app {

/// Something about a log that an operator should know when it begins to be followed.
struct LogWarning {
  std::string log;
  std::string message;  ///< one line; may hold bytes of the log
};
/// Looks at the logs of a service as they are now, and at what the machine says about them.
using LogCheck = std::function<std::vector<LogWarning>(const CommonOptions& common, const Service& service)>;

struct ServeOptions : CommonOptions {
  std::string config_file;  ///< several services; then there are no logs and rules of our own
  std::vector<std::string> listen = {":10040"};
  bool systemd_socket = false;  ///< on the sockets that systemd passes, instead of `listen`
  std::string telemetry_path = "/metrics";
  std::string web_config_file;    ///< exporter-toolkit's: TLS, passwords, headers; empty = plain HTTP
  bool enable_lifecycle = false;  ///< POST /-/reload
  std::string state_dir;          ///< empty = nothing is kept
  bool state_sync = true;
  bool start_at_end = false;  ///< for logs never seen before
  bool watch_rules = false;   ///< reload when a rule file changes
  LogCheck check_logs;        ///< asked once at the start, for each service; may be absent
};

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/doctor/place/doctor_finding.h"

namespace routemeter::doctor {

/// One stanza of logrotate's configuration with the global directives above it, as far as they matter to a
/// reader of the log.
struct RotationRule {
  std::string file;  ///< where it stands
  int line = 0;
  std::vector<std::string> patterns;
  bool copytruncate = false;
  bool compress = false;
  bool postrotate = false;
  int rotate = 0;       ///< files kept
  std::string create;   ///< "0640 www-data adm", as far as it is said
  bool creates = true;  ///< false: nocreate
  std::string olddir;
};

/// All stanzas of a configuration with what it includes, in order.
std::vector<RotationRule> read_logrotate(const std::string& path);

/// The stanza that covers a file.
std::optional<RotationRule> rotation_of_file(const std::vector<RotationRule>& rules, const std::string& path);

/// Reports the log's rotation, by logrotate's configuration and by the files beside it, and what loses lines.
void check_rotation(const std::string& log, const std::vector<RotationRule>& rules,
                    const std::string& logrotate_config, Findings& findings);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "util/diagnostic.h"

// The configuration file of `serve` (--config.file): several services in one process, as plain data.

namespace routemeter::model {

/// One entry of `services`.
struct ServiceConfig {
  std::string name = "default";   ///< unique in the file; [a-zA-Z0-9_.-]{1,64}, not beginning with '.' or '-'
  std::vector<std::string> logs;  ///< as on the command line; paths as resolved from the file's folder
  std::optional<std::string> rules;   ///< path, resolved in the same way; absent = built-in rules
  std::optional<std::string> format;  ///< overrides the rule file's `format`
  std::vector<std::pair<std::string, std::string>> labels;  ///< added to the static labels of the rule file
  util::Position at;                                        ///< of the entry
  util::Position rules_at;                                  ///< of the values; where later stages point
  util::Position format_at;                                 ///< of the text's first byte
  util::Position labels_at;
};

struct ConfigFile {
  std::string path;                     ///< as the user named it
  std::vector<std::string> lines;       ///< the source text, for carets
  std::vector<ServiceConfig> services;  ///< never empty
};

/// A diagnostic at a place of the configuration file, with that line as its snippet.
util::Diagnostic error_at(const ConfigFile& file, util::Position at, std::string message,
                          std::string hint = "");

}  // namespace routemeter::model

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/load/service.h"
#include "util/diagnostic.h"
#include "util/result.h"

namespace routemeter::app {

/// Every key of the file, for the loader and for the test of its JSON schema.
inline constexpr std::array<std::string_view, 1> kConfigKeys = {"services"};
inline constexpr std::array<std::string_view, 5> kServiceKeys = {"name", "logs", "rules", "format", "labels"};

/// One entry of `services`: what the command line says otherwise. Paths are resolved from the file's folder.
struct ServiceConfig : CommonOptions {
  std::string name = "default";  ///< unique in the file; [a-zA-Z0-9_.-]{1,64}, not beginning with '.' or '-'
};

/// The configuration file of `serve` (--config.file): several services in one process, as plain data.
struct ConfigFile : util::SourceText {
  std::vector<ServiceConfig> services;  ///< never empty
};

/// Reads and checks a configuration file of `serve`. All errors at once, with file:line:column. Relative
/// paths of rules and logs are taken from the folder of the file, so that they do not depend on where the
/// program was started; "-" and URLs (syslog+udp://...) stay as they are. The rule files are not opened here.
util::Result<ConfigFile> load_config_file(const std::string& path);

/// The same from memory; `path` is for messages, and for the folder.
util::Result<ConfigFile> parse_config_file(std::string_view text, const std::string& path);

}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/service_config.h"
#include "util/result.h"

namespace routemeter::route {

/// Reads and checks a configuration file of `serve`. All errors at once, with file:line:column. Relative
/// paths of rules and logs are taken from the folder of the file, so that they do not depend on where the
/// program was started; "-" and URLs (syslog+udp://...) stay as they are. The rule files are not opened here.
util::Result<model::ConfigFile> load_config_file(const std::string& path);

/// The same from memory; `path` is for messages, and for the folder.
util::Result<model::ConfigFile> parse_config_file(std::string_view text, const std::string& path);

}  // namespace routemeter::route

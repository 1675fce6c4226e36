// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "model/web_config.h"
#include "util/result.h"

namespace routemeter::route {

/// Reads and checks the file of --web.config.file. All errors at once, with file:line:column; secrets are not
/// shown. Relative paths are taken from the folder of the file. Certificates and keys are not opened here.
util::Result<model::WebConfig> load_web_config(const std::string& path);

/// The same from memory; `path` is for messages, and for the folder.
util::Result<model::WebConfig> parse_web_config(std::string_view text, const std::string& path);

}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "format/contract/format.h"

namespace routemeter::format {

/// The string of a log_format directive, its pieces put together.
struct NginxString {
  std::string text;
  std::vector<std::size_t> offsets;  ///< where each byte of text stands in FormatSpec::text
  std::optional<model::Escape> escape;
};

/// Takes "log_format NAME [escape=...] 'a' 'b';", "escape=json ..." or a bare string apart.
util::Result<NginxString> read_nginx_string(const model::FormatSpec& spec);

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "format/contract/format.h"

namespace routemeter::format {

/// The string of a LogFormat directive, its escapes undone.
struct ApacheString {
  std::string text;
  std::vector<std::size_t> offsets;  ///< where each byte of text stands in FormatSpec::text
};

/// Takes 'LogFormat "..." name', '"..."' with \" inside, or a bare string (where \" and \t may stand too).
util::Result<ApacheString> read_apache_string(const model::FormatSpec& spec);

}  // namespace routemeter::format

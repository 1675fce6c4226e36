// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "util/result.h"

namespace routemeter::cli {

/// The whole file, or an error that names it and says why not.
util::Result<std::string> read_file(const std::string& path);

/// Writes a command's result to the file at `path`, or to stdout when that is empty. The exit code; an error
/// is printed.
int write_result(const std::string& path, std::string_view text);

/// Replaces the file as a whole: readers see the old content or the new. Writes through a device or a pipe.
util::Result<bool> write_file(const std::string& path, std::string_view content);

}  // namespace routemeter::cli

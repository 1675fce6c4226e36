// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "util/result.h"

namespace routemeter::document {

/// All bytes of a file, read once through one descriptor, so that what is checked is what is used. Errors:
/// it cannot be read, or has more than 16 MiB; `what` names it in the message: "rule file".
util::Result<std::string> read_file(const std::string& path, const std::string& what);

/// `path` as a program opens it that read it in the file `where`: a relative one is of the folder of that
/// file.
std::string beside(const std::string& where, const std::string& path);

}  // namespace routemeter::document

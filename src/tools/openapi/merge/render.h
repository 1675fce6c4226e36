// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tools/openapi/import.h"
#include "tools/openapi/merge/marks.h"

namespace routemeter::openapi {

/// The whole rule file. `format` is what its `format` says; `file` is how it will be called, for the commands
/// in its head.
std::string render(const Imported& imported, const std::string& format, const std::string& file);

/// The marks of an import of which everything has been written.
Marks marks_of(const Imported& imported);

}  // namespace routemeter::openapi

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tools/check/check.h"

// The result of `check`, in its three forms. All are safe for a terminal.

namespace routemeter::check {

/// For people.
std::string to_text(const std::vector<FileReport>& reports);
/// One object: `files`, each with its `findings` and `sample`, and a `summary`.
std::string to_json(const std::vector<FileReport>& reports);
/// SARIF 2.1.0, which code review tools show beside the lines.
std::string to_sarif(const std::vector<FileReport>& reports);

/// "2 files: 1 error, 3 warnings, 1 note".
std::string summary(const std::vector<FileReport>& reports);

}  // namespace routemeter::check

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tools/test/run_tests.h"

namespace routemeter::explain {

/// The failures with their explanations and a summary, for people.
std::string to_text(const std::vector<TestedFile>& files);

/// The Test Anything Protocol, version 13 (14 reads it too).
std::string to_tap(const std::vector<TestedFile>& files);

/// JUnit's XML as CI servers read it: a suite per file.
std::string to_junit(const std::vector<TestedFile>& files);

}  // namespace routemeter::explain

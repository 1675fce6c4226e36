// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "tools/doctor/place/doctor_finding.h"

namespace routemeter::doctor {

/// "www-data", or the number when it has no name.
std::string user_name(uid_t user);

/// True if this process acts with the group of that name.
bool in_group(const std::string& name);

/// Checks that this user can read the log, and that its content can be a log. One finding; a problem means
/// that there is nothing to look into.
Finding check_access(const std::string& path);

/// The files that a path with wildcards names, in order; a relative one is seen from `directory`.
std::vector<std::string> expand(const std::string& pattern, const std::string& directory);

/// The path without links and dots, or as it is when it is not there.
std::string real_path(const std::string& path);

/// The names in a directory, sorted, ten thousand at most.
std::vector<std::string> names_in(const std::string& directory);

}  // namespace routemeter::doctor

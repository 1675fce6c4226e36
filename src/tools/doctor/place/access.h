// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <sys/types.h>

#include "tools/doctor/place/doctor_finding.h"

namespace routemeter::doctor {

/// "www-data", or the number when it has no name.
std::string user_name(uid_t user);
std::string group_name(gid_t group);

/// Whether this process acts with that group.
bool in_group(gid_t group);
bool in_group(const std::string& name);

/// Whether this user can read the log, and whether there is something in it that can be a log; otherwise what
/// stands in the way. One finding; a problem means that there is nothing to look into.
Finding check_access(const std::string& path);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <sys/types.h>

namespace routemeter::doctor {

/// "www-data", or the number when it has no name.
std::string user_name(uid_t user);
std::string group_name(gid_t group);

/// Whether this process acts with that group.
bool in_group(gid_t group);
bool in_group(const std::string& name);

}  // namespace routemeter::doctor

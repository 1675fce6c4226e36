// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <sys/types.h>

namespace routemeter::app {

/// Who but root and `user` can change what a rule or configuration file says, as a warning in one line with
/// what to do: its owner, its group, everybody, or whoever may replace it in its folder. "" when nobody can,
/// or the file is not there. Links are followed: what counts is the file that is read.
std::string trust_warning(const std::string& path, uid_t user);

}  // namespace routemeter::app

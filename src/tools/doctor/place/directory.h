// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace routemeter::doctor {

/// The files that a path with wildcards names, in order; a relative one is seen from `directory`.
std::vector<std::string> expand(const std::string& pattern, const std::string& directory);

/// The directory and the name of a path.
std::string directory_of(const std::string& path);
std::string base_of(const std::string& path);

/// The path without links and dots, or as it is when it is not there.
std::string real_path(const std::string& path);

/// The names in a directory, sorted, ten thousand at most.
std::vector<std::string> names_in(const std::string& directory);

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/directory.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <glob.h>

namespace routemeter::doctor {
std::vector<std::string> expand(const std::string& pattern, const std::string& directory) {
  const std::string full = pattern.empty() || pattern[0] == '/' ? pattern : directory + "/" + pattern;
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(full.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string base_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr), &std::free);
  return found == nullptr ? path : found.get();
}

std::vector<std::string> names_in(const std::string& directory) {
  constexpr std::size_t kMaxNames = 10000;
  std::vector<std::string> names;
  DIR* const dir = ::opendir(directory.c_str());
  if (dir == nullptr) return names;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string name = entry->d_name;
    if (name != "." && name != ".." && names.size() < kMaxNames) names.push_back(name);
  }
  ::closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace routemeter::doctor

// SPDX-License-Identifier: Apache-2.0
#include "app/load/file_trust.h"

#include <climits>
#include <cstdlib>
#include <memory>

#include <sys/stat.h>

#include "util/printable.h"

namespace routemeter::app {
namespace {

std::string quoted(const std::string& path) { return "'" + util::printable(path) + "'"; }

// Who can write here, "" for nobody that matters. In a folder with the sticky bit (/tmp) only owners replace.
std::string writers(const struct stat& status, uid_t user) {
  const bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
  if (status.st_uid != 0 && status.st_uid != user) return "user " + std::to_string(status.st_uid);
  if (sticky) return "";
  if ((status.st_mode & S_IWOTH) != 0) return "everybody";
  if ((status.st_mode & S_IWGRP) != 0 && status.st_gid != 0) return "group " + std::to_string(status.st_gid);
  return "";
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr), &std::free);
  return found == nullptr ? "" : found.get();
}

}  // namespace

std::string trust_warning(const std::string& path, uid_t user) {
  const std::string real = real_path(path);
  if (real.empty()) return "";
  struct stat status {};
  if (::stat(real.c_str(), &status) == 0) {
    if (const std::string who = writers(status, user); !who.empty()) {
      return who + " can change " + quoted(path) + "; make it root's, mode 0644";
    }
  }
  for (std::string folder = real; folder != "/";) {
    folder = folder.substr(0, folder.rfind('/'));
    if (folder.empty()) folder = "/";
    if (::stat(folder.c_str(), &status) != 0) return "";
    if (const std::string who = writers(status, user); !who.empty()) {
      return who + " can replace " + quoted(path) + " in " + quoted(folder) +
             "; make that folder root's, mode 0755";
    }
  }
  return "";
}

}  // namespace routemeter::app

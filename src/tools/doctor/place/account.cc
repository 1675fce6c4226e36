// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/account.h"

#include <algorithm>
#include <vector>

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace routemeter::doctor {

std::string user_name(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry == nullptr ? std::to_string(user) : entry->pw_name;
}

std::string group_name(gid_t group) {
  const struct group* entry = ::getgrgid(group);
  return entry == nullptr ? std::to_string(group) : entry->gr_name;
}

bool in_group(gid_t group) {
  if (group == ::getegid()) return true;
  const int size = ::getgroups(0, nullptr);
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(size, 0)));
  return size > 0 && ::getgroups(size, groups.data()) == size &&
         std::find(groups.begin(), groups.end(), group) != groups.end();
}

bool in_group(const std::string& name) {
  const struct group* entry = ::getgrnam(name.c_str());
  return entry != nullptr && in_group(entry->gr_gid);
}

}  // namespace routemeter::doctor

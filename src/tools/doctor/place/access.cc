// SPDX-License-Identifier: Apache-2.0
#include "tools/doctor/place/access.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/look/directory_scanner.h"
#include "input/read/reader.h"
#include "util/fd.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::doctor {
namespace {

std::string group_name(gid_t group) {
  const struct group* entry = ::getgrgid(group);
  return entry == nullptr ? std::to_string(group) : entry->gr_name;
}

/// True if this process acts with that group.
bool has_group(gid_t group) {
  if (group == ::getegid()) return true;
  const int size = ::getgroups(0, nullptr);
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(size, 0)));
  return size > 0 && ::getgroups(size, groups.data()) == size &&
         std::ranges::find(groups, group) != groups.end();
}

/// "/var/log/nginx (mode 0750, root:adm)".
std::string described(const std::string& path, const struct stat& status) {
  return fmt::format("{} (mode {:04o}, {}:{})", path, status.st_mode & 0777U, user_name(status.st_uid),
                     group_name(status.st_gid));
}

/// The command that gives this user the permission `bit` of the group (`letter`: "r" or "x").
std::string way_in(const std::string& path, const struct stat& status, mode_t bit, const char* letter) {
  const std::string me = user_name(::geteuid());
  if ((status.st_mode & bit) == 0 || has_group(status.st_gid) || status.st_gid == 0)
    return fmt::format("give the right to this user alone: setfacl -m u:{}:{} {}", me, letter, path);
  return fmt::format(
      "join the group: usermod -aG {0} {1}, and log in again; in a systemd unit: SupplementaryGroups={0}",
      group_name(status.st_gid), me);
}

/// The first directory on the way to the file that this user may not pass.
std::string closed_directory(const std::string& path) {
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    std::string directory = slash == 0 ? "/" : path.substr(0, slash);
    if (::faccessat(AT_FDCWD, directory.c_str(), X_OK, AT_EACCESS) != 0 && errno == EACCES) return directory;
  }
  return "";
}

Finding not_permitted(const std::string& path) {
  const std::string me = user_name(::geteuid());
  const std::string closed = closed_directory(path);
  struct stat status {};
  if (::stat((closed.empty() ? path : closed).c_str(), &status) != 0)
    return {Level::kProblem, "no-permission", fmt::format("user {} may not read it", me)};
  if (closed.empty()) {
    return {Level::kProblem, "no-permission",
            fmt::format("user {} may not read {}", me, described(path, status)),
            way_in(path, status, S_IRGRP, "r")};
  }
  return {Level::kProblem, "no-permission",
          fmt::format("user {} may not pass the directory {}: it has no x for that user", me,
                      described(closed, status)),
          way_in(closed, status, S_IXGRP, "x")};
}

/// The names that have one of the words in them, as a list that ends soon after 200 bytes.
std::string names_with(std::initializer_list<std::string> words, const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    const auto is_in = [&name](const std::string& word) { return util::contains(name, word); };
    if (out.size() < 200 && std::ranges::any_of(words, is_in)) out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

Finding not_there(const std::string& path) {
  std::array<char, PATH_MAX> target{};
  const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
  if (length > 0) {
    return {Level::kProblem, "dangling-link",
            fmt::format("a symbolic link to {}, which is not there",
                        std::string_view(target.data(), static_cast<std::size_t>(length))),
            "create the file, or name the log itself"};
  }
  const std::string directory = input::directory_of(path);
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0)
    return {Level::kProblem, "not-found", fmt::format("there is no directory {}", directory)};
  const std::vector<std::string> names = names_in(directory);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const std::string base = input::name_of(path);
  if (const std::string_view near = util::nearest(base, candidates); !near.empty())
    return {Level::kProblem, "not-found", "there is no such file",
            fmt::format("did you mean {}/{}?", directory, near)};
  const std::string similar = names_with({"log", base.substr(0, base.find('.'))}, names);
  return {Level::kProblem, "not-found", "there is no such file",
          similar.empty() ? fmt::format("no name in {} looks like a log", directory)
                          : fmt::format("in {} there are: {}", directory, similar)};
}

Finding is_directory(const std::string& path) {
  const std::string logs = names_with({"log"}, names_in(path));
  return {Level::kProblem, "directory", "it is a directory",
          fmt::format("name the log in it, or '{}/*.log' for all of them{}", path,
                      logs.empty() ? "" : fmt::format(" (there are: {})", logs))};
}

/// True if there are too many control bytes for a text. Other bytes that are no UTF-8 may stand in a log:
/// nginx's escape=none writes them.
bool looks_binary(std::string_view head) {
  const auto first = std::min(head.find_first_not_of('\0'), head.size());  // a hole may stand before the text
  head.remove_prefix(first);
  const auto odd = std::ranges::count_if(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 32 && c != '\n' && c != '\r' && c != '\t' && c != '\x1b';
  });
  return static_cast<std::size_t>(odd) * 50 > head.size();
}

}  // namespace

std::string user_name(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry == nullptr ? std::to_string(user) : entry->pw_name;
}

bool in_group(const std::string& name) {
  const struct group* entry = ::getgrnam(name.c_str());
  return entry != nullptr && has_group(entry->gr_gid);
}

Finding check_access(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return not_there(path);
    if (errno == EACCES) return not_permitted(path);
    return {Level::kProblem, "unreadable", std::generic_category().message(errno)};
  }
  if (S_ISDIR(status.st_mode)) return is_directory(path);
  if (!S_ISREG(status.st_mode)) {
    return {Level::kNote, "stream",
            "it is no file but a stream: only serve reads it, there is nothing to look into"};
  }
  const util::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) {
    const int error = errno;
    return error == EACCES ? not_permitted(path)
                           : Finding{Level::kProblem, "unreadable", std::generic_category().message(error)};
  }
  if (status.st_size == 0) {
    return {Level::kNote, "empty", "it is empty: what it can tell shows with the first requests",
            "is this the file that the server writes to? Send it a request and look again"};
  }
  if (const auto opened = input::open_reader(path); !opened) {
    const util::Diagnostic& d = opened.errors().front();
    return {Level::kProblem, "compressed", d.message, d.hint};
  }
  std::array<char, 4096> head{};
  const ssize_t size = ::pread(file.get(), head.data(), head.size(), 0);
  const std::string_view bytes(head.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  const bool gzip = bytes.substr(0, 2) == "\x1f\x8b";
  if (!gzip && looks_binary(bytes)) {
    return {Level::kProblem, "binary", "it holds binary data, not lines of text",
            "name the access log; journald's files come out with journalctl -o cat -u UNIT"};
  }
  return {Level::kOk, "readable",
          fmt::format("user {} can read it, {} bytes{}", user_name(::geteuid()), status.st_size,
                      gzip ? " of gzip" : "")};
}

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
  std::ranges::sort(names);
  return names;
}

}  // namespace routemeter::doctor

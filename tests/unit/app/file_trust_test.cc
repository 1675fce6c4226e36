// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "app/serve/services.h"

using routemeter::app::trust_warning;
namespace fs = std::filesystem;

namespace {

struct Files {
  Files() {
    std::string name = (fs::temp_directory_path() / "routemeter-trust-XXXXXX").string();
    top = ::mkdtemp(name.data());
    top = fs::canonical(top).string();
    fs::create_directory(top + "/conf");
    file = top + "/conf/rules.yaml";
    std::ofstream(file) << "version: 1\n";
    mode(top, 0755);
    mode(top + "/conf", 0755);
    mode(file, 0644);
    // A group that is not root's, whoever runs the tests.
    group = ::geteuid() == 0 ? 4 : ::getegid();
    REQUIRE(::chown(file.c_str(), static_cast<uid_t>(-1), group) == 0);
    REQUIRE(::chown((top + "/conf").c_str(), static_cast<uid_t>(-1), group) == 0);
  }
  ~Files() { fs::remove_all(top); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  static void mode(const std::string& path, mode_t mode) { REQUIRE(::chmod(path.c_str(), mode) == 0); }

  std::string top;
  std::string file;
  gid_t group = 0;
};

}  // namespace

TEST_CASE("who else can change or replace a rule file") {
  const Files files;
  const std::string conf = files.top + "/conf";
  const std::string group = "group " + std::to_string(files.group);
  const std::string replace = " can replace '" + files.file + "' in '";
  const std::string change = " can change '" + files.file + "'; make it root's, mode 0644";
  struct Row {
    mode_t file;
    mode_t folder;
    mode_t top;
    std::string warning;
  };
  const Row rows[] = {
      {0644, 0755, 0755, ""},
      {0600, 0700, 0700, ""},
      {0664, 0755, 0755, group + change},
      {0646, 0755, 0755, "everybody" + change},
      {0644, 0775, 0755, group + replace + conf + "'; make that folder root's, mode 0755"},
      {0644, 0757, 0755, "everybody" + replace + conf + "'; make that folder root's, mode 0755"},
      {0644, 0755, 0777, "everybody" + replace + files.top + "'; make that folder root's, mode 0755"},
      {0644, 01777, 0755, ""},  // sticky: only owners replace
      {01646, 0755, 0755, "everybody" + change},
  };
  for (const Row& row : rows) {
    CAPTURE(row.file, row.folder, row.top);
    Files::mode(files.file, row.file);
    Files::mode(conf, row.folder);
    Files::mode(files.top, row.top);
    CHECK(trust_warning(files.file, ::geteuid()) == row.warning);
  }
}

TEST_CASE("a file that belongs to somebody else") {
  const Files files;
  if (::geteuid() == 0) REQUIRE(::chown(files.file.c_str(), 12345, static_cast<gid_t>(-1)) == 0);
  const uid_t owner = ::geteuid() == 0 ? 12345 : ::geteuid();
  CHECK(trust_warning(files.file, 54321) ==
        "user " + std::to_string(owner) + " can change '" + files.file + "'; make it root's, mode 0644");
  if (::geteuid() == 0) CHECK(trust_warning(files.file, owner).empty());
}

TEST_CASE("the file behind a link counts") {
  const Files files;
  const std::string link = files.top + "/link";
  fs::create_symlink(files.file, link);
  CHECK(trust_warning(link, ::geteuid()).empty());
  Files::mode(files.file, 0666);
  CHECK(trust_warning(link, ::geteuid()).find("everybody can change '" + link) == 0);
  CHECK(trust_warning(files.top + "/missing", ::geteuid()).empty());
}

TEST_CASE("a relative name with control bytes makes one printable line") {
  const Files files;
  const fs::path before = fs::current_path();
  fs::current_path(files.top + "/conf");
  const std::string name = "a\n\x1b.yaml";
  std::ofstream(name) << "x";
  Files::mode(name, 0666);
  CHECK(trust_warning(name, ::geteuid()) ==
        "everybody can change 'a\\x0A\\x1B.yaml'; make it root's, mode 0644");
  fs::current_path(before);
}

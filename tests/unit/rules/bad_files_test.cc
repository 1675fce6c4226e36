// SPDX-License-Identifier: Apache-2.0
// Every NAME.yaml of tests/bad_rules and tests/bad_config is refused with exactly the text of NAME.err:
// messages are an interface. UPDATE_GOLDEN=1 writes the .err files anew.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "app/load/config_file.h"
#include "route/router.h"
#include "rules/rule_loader.h"

namespace {

namespace fs = std::filesystem;
using routemeter::util::Diagnostics;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What the cli prints; the file is named as somebody in that folder would name it.
std::string rule_findings(const fs::path& path) {
  const std::string name = path.filename().string();
  const auto file = routemeter::rules::parse_rule_file(read(path), name);
  if (!file) return routemeter::util::format(file.errors());
  const auto router = routemeter::route::compile(*file);
  return router ? "" : routemeter::util::format(router.errors());
}

std::string config_findings(const fs::path& path) {
  const auto file = routemeter::app::parse_config_file(read(path), path.filename().string());
  return file ? "" : routemeter::util::format(file.errors());
}

struct Folder {
  std::string name;
  std::size_t at_least;
  std::string (*findings)(const fs::path&);
};
const Folder kFolders[] = {{"bad_rules", 30, rule_findings}, {"bad_config", 10, config_findings}};

std::vector<fs::path> files_of(const Folder& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(fs::path(ROUTEMETER_SOURCE_DIR) / "tests" / folder.name)) {
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("bad rule and configuration files are refused with their exact messages") {
  for (const Folder& folder : kFolders) {
    const std::vector<fs::path> files = files_of(folder);
    CAPTURE(folder.name);
    REQUIRE(files.size() >= folder.at_least);
    for (const fs::path& path : files) {
      CAPTURE(path.filename().string());
      const std::string got = folder.findings(path);
      CHECK_FALSE(got.empty());
      fs::path golden = path;
      golden.replace_extension(".err");
      if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(golden, std::ios::binary) << got;
      }
      CHECK(read(golden) == got);
    }
  }
}

TEST_CASE("no message carries a control byte to the terminal") {
  for (const Folder& folder : kFolders) {
    for (const fs::path& path : files_of(folder)) {
      CAPTURE(path.string());
      const std::string got = folder.findings(path);
      CHECK(std::none_of(got.begin(), got.end(), [](char c) {
        const auto b = static_cast<unsigned char>(c);
        return (b < 0x20 && c != '\n' && c != '\t') || b == 0x7F;
      }));
    }
  }
}

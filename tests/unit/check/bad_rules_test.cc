// SPDX-License-Identifier: Apache-2.0
// Every NAME.yaml of tests/bad_rules/loads loads, and is treacherous all the same: check says exactly
// NAME.txt. After the repair that the messages ask for, NAME.repaired.yaml, it has nothing to say: so they
// are enough. UPDATE_GOLDEN=1 writes the .txt files anew.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tools/check/check.h"
#include "tools/check/review/finding.h"

namespace routemeter::check {
namespace {

namespace fs = std::filesystem;

const fs::path kRefused = fs::path(ROUTEMETER_SOURCE_DIR) / "tests" / "bad_rules";
const fs::path kLoads = kRefused / "loads";
constexpr std::string_view kRepaired = ".repaired.yaml";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".yaml") && !name.ends_with(kRepaired)) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

FileReport check_named(const fs::path& path) { return check_text(read(path), path.filename().string()); }

}  // namespace

TEST_CASE("treacherous rule files get their exact findings") {
  const std::vector<fs::path> files = files_of(kLoads);
  CHECK(files.size() >= 25);
  for (const fs::path& path : files) {
    CAPTURE(path.filename().string());
    const FileReport report = check_named(path);
    CHECK(report.router != nullptr);
    CHECK_FALSE(report.findings.empty());
    const std::string got = to_text({report});
    fs::path golden = path;
    golden.replace_extension(".txt");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << got;
    CHECK(read(golden) == got);
  }
}

TEST_CASE("what the messages ask for is the repair") {
  for (const fs::path& path : files_of(kLoads)) {
    fs::path repaired = path;
    repaired.replace_extension(kRepaired);
    CAPTURE(repaired.filename().string());
    REQUIRE(fs::exists(repaired));
    const FileReport report = check_named(repaired);
    CHECK(report.router != nullptr);
    CHECK(to_text({report}).empty());
  }
}

TEST_CASE("every code of warnings and notes is found in some file") {
  std::set<std::string> found;
  for (const fs::path& path : files_of(kLoads)) {
    for (const util::Diagnostic& finding : check_named(path).findings) found.insert(finding.code);
  }
  for (const Code& code : codes()) {
    // That one needs a log.
    if (code.severity == util::Severity::kError || code.name == "never-hit") continue;
    CAPTURE(code.name);
    CHECK(found.count(std::string(code.name)) == 1);
  }
}

TEST_CASE("files that the loader refuses are errors here, with the loader's words") {
  const std::vector<fs::path> files = files_of(kRefused);
  CHECK(files.size() >= 50);
  for (const fs::path& path : files) {
    CAPTURE(path.filename().string());
    const FileReport report = check_named(path);
    CHECK(report.router == nullptr);
    fs::path golden = path;
    golden.replace_extension(".err");
    CHECK(read(golden) == to_text({report}));
    for (const util::Diagnostic& finding : report.findings) {
      CHECK(finding.severity == util::Severity::kError);
      CHECK(code_of(finding.code).severity == util::Severity::kError);
    }
  }
}

TEST_CASE("one look finds the errors of all stages") {
  const FileReport report = check_text(
      "version: 1\n"
      "options: {precreate: maybe}\n"
      "routes:\n"
      "  - GET /items/{id\n"
      "  - {handler: /a, pattern: '/a(?!b)'}\n"
      "exclude: ['[']\n"
      "metrics: [requests, requests]\n",
      "rules.yaml");
  std::vector<std::pair<int, std::string>> found;
  for (const util::Diagnostic& finding : report.findings) found.emplace_back(finding.at.line, finding.code);
  CHECK(found == std::vector<std::pair<int, std::string>>{{2, "invalid-options"},
                                                          {4, "invalid-routes"},
                                                          {5, "invalid-routes"},
                                                          {6, "invalid-exclude"},
                                                          {7, "invalid-metrics"}});
}

TEST_CASE("whatever a file says, check comes to an end and says it in one line each") {
  std::minstd_rand random(5);
  static const std::vector<std::string> kPieces = {"{",    "}", "(",    ")|", "[^", "]", ".*",  "{1,99}",
                                                   "\\\\", "^", "$",    "?",  "\n", ":", "'",   " ",
                                                   "%41",  "é", "\xff", "/*", "-",  "a", "...", "GET"};
  const std::vector<fs::path> files = files_of(kLoads);
  int loads = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string text = read(files[random() % files.size()]);
    if (text.size() > 4000) continue;
    for (std::size_t n = 1 + random() % 3; n > 0; --n) {
      const std::string& piece = kPieces[random() % kPieces.size()];
      text.replace(random() % text.size(), random() % 3, piece);
    }
    CAPTURE(text);
    const FileReport report = check_text(text, "mutated.yaml");
    loads += report.router != nullptr ? 1 : 0;
    for (const util::Diagnostic& finding : report.findings) {
      CAPTURE(finding.message);
      CHECK_FALSE(finding.message.empty());
      CHECK(finding.message.find('\n') == std::string::npos);
      CHECK(finding.hint.find('\n') == std::string::npos);
      code_of(finding.code);
    }
  }
  CHECK(loads > 150);
}

}  // namespace routemeter::check

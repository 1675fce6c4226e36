// SPDX-License-Identifier: Apache-2.0
// Reading the file itself: what is refused before its keys are looked at, and how YAML becomes values.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "document/yaml_reader.h"
#include "rules/rule_loader.h"

namespace fs = std::filesystem;
using routemeter::model::RuleFile;
using routemeter::rules::builtin_rules;
using routemeter::rules::load_rule_file;
using routemeter::rules::parse_rule_file;

namespace {

RuleFile load(const std::string& text) {
  auto file = parse_rule_file(text, "t.yaml");
  if (!file) FAIL(routemeter::util::format(file.errors()));
  return *file;
}

std::string first_error(const std::string& text) {
  const auto file = parse_rule_file(text, "t.yaml");
  return file ? "" : file.errors().front().message;
}

struct TempDir {
  fs::path path;
  TempDir() {
    std::string name = (fs::temp_directory_path() / "routemeter-loader-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~TempDir() { fs::remove_all(path); }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return (path / name).string();
  }
};

}  // namespace

TEST_CASE("the built-in rules are a file without routes") {
  const RuleFile file = builtin_rules();
  CHECK(file.path == "built-in rules");
  CHECK(file.format.text == "auto");
  CHECK(file.routes.empty());
  REQUIRE(file.metrics.size() == 1);
  CHECK(file.metrics[0].kind == "default");
  CHECK(file.limits.max_series == 10000);
}

TEST_CASE("the smallest rule file has every default") {
  const RuleFile file = load("version: 1\n");
  CHECK(file.path == "t.yaml");
  CHECK(file.format.text == "auto");
  CHECK(file.format.origin == "t.yaml");
  CHECK(file.options.group_status_codes);
  CHECK_FALSE(file.options.ignore_untemplated);
  CHECK(file.options.group_untemplated);
  CHECK_FALSE(file.options.round_latency_decimals.has_value());
  CHECK_FALSE(file.options.respect_env_var);
  CHECK(file.options.env_var_name == "ENABLE_METRICS");
  CHECK(file.options.method_mismatch_is_handler);
  CHECK(file.options.redirect_slashes);
  CHECK_FALSE(file.options.verbatim_methods);
  CHECK(file.options.precreate);
  REQUIRE(file.metrics.size() == 1);
  CHECK(file.metrics[0].kind == "default");
}

TEST_CASE("files that cannot be read say why") {
  const TempDir dir;
  const auto message = [](const std::string& path) {
    const auto file = load_rule_file(path);
    REQUIRE_FALSE(file);
    CHECK(file.errors().front().file == path);
    return file.errors().front().message;
  };
  CHECK(message((dir.path / "none.yaml").string()) == "cannot open the rule file: No such file or directory");
  CHECK(message(dir.path.string()) == "cannot read the rule file: Is a directory");
  const std::string big = dir.write("big.yaml", "version: 1\n");
  fs::resize_file(big, (16U << 20) + 1);
  CHECK(message(big) == "the rule file is larger than 16 MiB");
  CHECK(message("/dev/zero") == "the rule file is larger than 16 MiB");
  if (::geteuid() != 0) {
    const std::string secret = dir.write("secret.yaml", "version: 1\n");
    REQUIRE(::chmod(secret.c_str(), 0) == 0);
    CHECK(message(secret) == "cannot open the rule file: Permission denied");
  }
  const auto good = load_rule_file(dir.write("good.yaml", "version: 1\n"));
  CHECK(good);
}

TEST_CASE("JSON, a byte order mark, CR LF, a document marker and a directive are fine") {
  CHECK(load("{\"version\": 1, \"routes\": [\"GET /items\"]}").routes.size() == 1);
  CHECK(load("\xEF\xBB\xBFversion: 1\n").routes.empty());
  const RuleFile crlf = load("version: 1\r\nroutes:\r\n  - GET /items\r\n");
  CHECK(crlf.routes.at(0).handler == "/items");
  CHECK(crlf.lines.at(2) == "  - GET /items");
  CHECK(load("%YAML 1.2\n---\nversion: 1\n...\n").routes.empty());
}

TEST_CASE("aliases repeat a value; what they expand to is bounded") {
  const RuleFile file = load(
      "version: 1\nroutes:\n  - {template: /a, methods: &m [GET, PUT]}\n  - {template: /b, methods: *m}\n");
  CHECK(file.routes.at(1).methods == std::vector<std::string>{"GET", "PUT"});

  std::string bomb = "version: 1\nlabels:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  CHECK(first_error(bomb) == "aliases make the file too large");
}

TEST_CASE("nesting is bounded, in every style") {
  const std::string lists = "version: 1\nroutes: " + std::string(200000, '[');
  CHECK(first_error(lists) == "lists and maps are nested too deeply");
  std::string maps = "version: 1\nroutes: ";
  for (int i = 0; i < 100000; ++i) maps += "{a: ";
  CHECK(first_error(maps) == "lists and maps are nested too deeply");
  std::string dashes = "version: 1\nroutes:\n";
  for (int i = 0; i < 100000; ++i) dashes += "- ";
  CHECK(first_error(dashes) == "lists and maps are nested too deeply");
  std::string questions;
  for (int i = 0; i < 100000; ++i) questions += "? ";
  CHECK_FALSE(first_error(questions).empty());
}

TEST_CASE("a hostile number of errors is cut off, and costs little memory") {
  std::string text = "version: 1\nexclude: [";
  for (int i = 0; i < 20000; ++i) text += "[], ";
  text += "[]]\n";
  const auto file = parse_rule_file(text, "t.yaml");
  REQUIRE_FALSE(file);
  CHECK(file.errors().size() <= 101);
}

TEST_CASE("errors come in file order, whatever the order of the keys") {
  const auto file = parse_rule_file("tests: 1\nmetrics: 2\nroutes: 3\nversion: 9\n", "t.yaml");
  REQUIRE_FALSE(file);
  REQUIRE(file.errors().size() == 4);
  for (int i = 0; i < 4; ++i) CHECK(file.errors()[static_cast<std::size_t>(i)].at.line == i + 1);
}

TEST_CASE("a scalar's place is its first byte") {
  RuleFile file;
  const auto tree = routemeter::document::read_yaml(
      "a: plain\nb: 'single'\nc: \"dou\\tble\"\nd: &x  anchored\ne: |\n  block\nf: *x\ng: caf\xC3\xA9\nh:\n  "
      "[x,\n   y]\n",
      file);
  REQUIRE(tree);
  struct Row {
    int line;
    int column;
    bool quoted;
    bool verbatim;
  };
  const Row rows[] = {{1, 4, false, true}, {2, 5, true, true},  {3, 5, true, false}, {4, 8, false, true},
                      {6, 3, true, true},  {4, 8, false, true}, {8, 4, false, true}};
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    const auto& node = *(*tree)->entries.at(i).second;
    CAPTURE(node.text);
    CHECK(node.at.line == rows[i].line);
    CHECK(node.at.column == rows[i].column);
    CHECK(node.quoted == rows[i].quoted);
    CHECK(node.verbatim == rows[i].verbatim);
  }
  const auto& list = *(*tree)->entries.at(7).second;
  CHECK(list.at.line == 10);
  CHECK(list.at.column == 3);
  CHECK(list.items.at(1)->at.line == 11);
}

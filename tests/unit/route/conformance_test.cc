// SPDX-License-Identifier: Apache-2.0
#include <sstream>
#include <string>
#include <vector>

#include "unit/route/support.h"

namespace routemeter::route {
namespace {

const std::string kDir = std::string(ROUTEMETER_SOURCE_DIR) + "/tests/conformance/";

struct Row {
  std::string seq, method, target, status, templated, label, path;
};

// The last column is a JSON string where the request is untemplated.
std::string unquoted(const std::string& json) {
  std::string text;
  for (std::size_t i = 1; i + 1 < json.size(); ++i) {
    if (json[i] != '\\') {
      text += json[i];
    } else if (json.compare(i, 6, "\\u00e9") == 0) {
      text += "\xC3\xA9";
      i += 5;
    } else {
      text += json[++i];
    }
  }
  return text;
}

std::vector<Row> rows() {
  std::istringstream in(testing::read_file(kDir + "vc_labels.tsv"));
  std::vector<Row> all;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream columns(line);
    Row row;
    for (std::string* column :
         {&row.seq, &row.method, &row.target, &row.status, &row.templated, &row.label, &row.path}) {
      std::getline(columns, *column, '\t');
    }
    all.push_back(row);
  }
  return all;
}

model::RuleFile scenario(const std::string& name) {
  auto file = rules::parse_rule_file(testing::read_file(kDir + name + ".yaml"), name);
  REQUIRE(file);
  return *file;
}

TEST_CASE("every request of vc.log gets the library's label") {
  testing::Routes grouped(scenario("default"));
  testing::Routes ungrouped(scenario("ungrouped_untemplated"));
  REQUIRE(rows().size() == 83);
  // Twice: the second time the memo answers what RE2 answered first.
  for (int round = 0; round < 3; ++round) {
    for (const Row& row : rows()) {
      CAPTURE(round, row.seq, row.method, row.target);
      CHECK(grouped.ask(row.method, row.target) == row.label);
      const bool templated = row.templated == "yes";
      CHECK(ungrouped.ask(row.method, row.target) == (templated ? row.path : "none " + unquoted(row.path)));
    }
  }
}

TEST_CASE("the labels of uvicorn's log of the same requests are the same") {
  // uvicorn quotes the decoded path again: other bytes, the same path.
  testing::Routes routes(scenario("default"));
  CHECK(routes.ask("GET", "/items/1%3Bv%3D2") == "/items/{item_id}");
  CHECK(routes.ask("GET", "/caf%c3%a9") == "none");
}

TEST_CASE("excluded.yaml leaves out what the library left out") {
  testing::Routes routes(scenario("excluded"));
  CHECK(routes.ask("GET", "/metrics") == "excluded");
  CHECK(routes.ask("GET", "/foo/metrics2") == "excluded");
  CHECK(routes.ask("GET", "/admin/panel") == "excluded");
  CHECK(routes.ask("GET", "/superadmin/x") == "excluded");
  CHECK(routes.ask("GET", "/health") == "excluded");
  CHECK(routes.ask("TRACE", "/health") == "excluded");
  CHECK(routes.ask("GET", "/health/") == "/health/");
  CHECK(routes.ask("GET", "/items/7") == "excluded");
  CHECK(routes.ask("GET", "/items/") == "/items/");
  CHECK(routes.ask("GET", "/nope/2?x=1") == "excluded");
  CHECK(routes.ask("GET", "/wp-login.php") == "none");
  CHECK(routes.ask("GET", "/sub/none") == "excluded");
  CHECK(routes.ask("GET", "/") == "/");
}

}  // namespace
}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <random>
#include <string>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "rules/rule_loader.h"
#include "tools/explain/explainer.h"
#include "tools/test/run_tests.h"

// What --emit-test prints has to pass when the loader has read it back, whatever characters are in it.

namespace routemeter::explain {
namespace {

const std::string kRules = R"(version: 1
labels: {env: prod}
routes:
  - GET /items/{item_id}
  - {handler: none, pattern: '/none.*'}
  - {handler: 'excluded', pattern: '/ex.*'}
  - {handler: ' a -> "b" # {c}: [d] ', pattern: '/odd.*'}
  - {template: '/host/{x}', host: shop.example.org}
  - /files/{path:path}
exclude: [admin]
)";

class Emitter {
 public:
  Emitter() {
    auto file = rules::parse_rule_file(kRules, "rules.yaml");
    REQUIRE(file);
    service_.rules = *file;
    service_.router = *route::compile(service_.rules);
    explainer_ = std::move(*Explainer::create(service_, nullptr));
  }

  std::optional<std::string> line(const std::string& method, const std::string& target,
                                  const std::string& host = "", int status = 0) {
    model::Request request;
    request.method = method;
    request.target = target;
    request.host = host;
    request.status = static_cast<std::uint16_t>(status == 0 ? 200 : status);
    return test_line(request, explainer_->explain(request), service_.rules, status != 0);
  }

 private:
  app::Service service_;
  std::unique_ptr<Explainer> explainer_;
};

/// The tests as `routemeter test` sees them; all of them have to pass.
std::vector<model::RuleTest> read_back(const std::string& lines) {
  const std::string path = "/tmp/routemeter-emit-" + std::to_string(::getpid()) + ".yaml";
  std::ofstream(path) << kRules << "tests:\n" << lines;
  const auto tested = run_tests(path);
  ::unlink(path.c_str());
  if (!tested) FAIL(util::format(tested.errors()));
  for (const TestResult& result : tested->results) {
    CAPTURE(result.test->text);
    CHECK(result.problems == std::vector<std::string>());
  }
  return tested->rules().tests;
}

TEST_CASE("emit-test: in the shortest form that says it") {
  Emitter emit;
  CHECK(*emit.line("GET", "/items/42?x=1") == "  - GET /items/42?x=1 -> /items/{item_id}");
  CHECK(*emit.line("GET", "/wp-login.php") == "  - GET /wp-login.php -> none");
  CHECK(*emit.line("GET", "/admin") == "  - GET /admin -> excluded");
  CHECK(*emit.line("GET", "/none") == "  - {request: GET /none, handler: none}");
  CHECK(*emit.line("GET", "/host/1", "Shop.example.org") ==
        "  - {request: GET /host/1, host: Shop.example.org, handler: '/host/{x}'}");
  CHECK(*emit.line("GET", "/items/1", "", 404) ==
        "  - {request: GET /items/1, status: 404, handler: '/items/{item_id}', labels: {status: '4xx'}}");
}

TEST_CASE("emit-test: what a rule file cannot write down has no line") {
  Emitter emit;
  CHECK(!emit.line("GET", ""));
  CHECK(!emit.line("GET", "no-slash"));
  CHECK(!emit.line("GET", "/x "));
  CHECK(!emit.line("", "/x"));
  CHECK(emit.line("CONNECT", "a.example:443"));
  CHECK(emit.line("OPTIONS", "*"));
}

TEST_CASE("emit-test: odd requests come back as the same tests") {
  Emitter emit;
  std::mt19937 random(11);  // NOLINT: the same requests every time
  const std::vector<std::string> pieces = {"a",    "->",    " -> ", "#",  " #",       ": ",   ":",
                                           "'",    "\"",    "\\",   "{",  "}",        "[",    "]",
                                           ",",    "&",     "*",    "!",  "|",        ">",    "%",
                                           "@",    "`",     "?x=",  "\t", "\x01",     "\x7f", "\xC3\xA9",
                                           "\xFF", "~",     "-",    "<<", "\xC2\x85", "null", "\xE2\x80\xA8",
                                           "\r",   "admin", "%41"};
  const std::vector<std::string> starts = {"/items/", "/none", "/odd", "/host/", "/files/", "/ex", "/"};
  std::string lines;
  std::vector<std::string> targets;
  for (int i = 0; i < 2000; ++i) {
    std::string target = starts[random() % starts.size()];
    for (std::size_t n = random() % 6; n > 0; --n) target += pieces[random() % pieces.size()];
    const auto line = emit.line("GET", target, i % 3 == 0 ? "shop.example.org" : "", i % 5 == 0 ? 404 : 0);
    if (!line) continue;
    lines += *line + "\n";
    targets.push_back(target);
  }
  const auto tests = read_back(lines);
  REQUIRE(tests.size() == targets.size());
  CHECK(tests.size() > 1800);
  for (std::size_t i = 0; i < tests.size(); ++i) {
    CHECK(route::decoded_path(tests[i].target) == route::decoded_path(targets[i]));
  }
}

}  // namespace
}  // namespace routemeter::explain

// SPDX-License-Identifier: Apache-2.0
#include "route/router.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "unit/route/support.h"

namespace routemeter::route {
namespace {

struct Case {
  std::string method;
  std::string target;
  std::string label;
};

void check_all(testing::Routes& routes, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.method, c.target);
    CHECK(routes.ask(c.method, c.target) == c.label);
  }
}

TEST_CASE("without routes everything is none, or its path") {
  testing::Routes grouped("");
  check_all(grouped, {{"GET", "/", "none"}, {"GET", "*", "none"}, {"GET", "", "none"}});
  testing::Routes ungrouped("options: {group_untemplated: false}");
  check_all(ungrouped, {{"GET", "/", "none /"},
                        {"OPTIONS", "*", "none /*"},
                        {"GET", "", "none /"},
                        {"GET", "/a%3Fb?c", "none /a"},
                        {"GET", "/a%0Ab%09c", "none /abc"},
                        {"CONNECT", "example.org:443", "none /example.org:443"},
                        {"GET", "http://h/x", "none /x"},
                        {"GET", "/%FF", "none /\xEF\xBF\xBD"}});
}

TEST_CASE("the first rule in the file wins, whatever its kind") {
  testing::Routes routes(R"(
routes:
  - GET /users/me
  - GET /users/{user_id}
  - {handler: late, pattern: '/users/(me|you)'}
  - {handler: early, pattern: '/orders/[a-z]+'}
  - GET /orders/new
  - /orders/{id}
  - /{a}/{b}
  - /exact/twin
)");
  check_all(routes, {{"GET", "/users/me", "/users/me"},
                     {"GET", "/users/you", "/users/{user_id}"},
                     {"POST", "/users/me", "late"},
                     {"GET", "/orders/new", "early"},
                     {"GET", "/orders/7", "/orders/{id}"},
                     {"GET", "/exact/twin", "/{a}/{b}"}});
}

TEST_CASE("the path alone matches: the first such rule, unless a later one takes the method") {
  const std::string rules = R"(
routes:
  - GET,HEAD /a
  - POST /a
  - PUT /{x}
)";
  testing::Routes routes(rules);
  check_all(routes, {{"GET", "/a", "/a"},
                     {"POST", "/a", "/a"},
                     {"PUT", "/a", "/{x}"},
                     {"DELETE", "/a", "/a"},
                     {"get", "/a", "/a"},
                     {"GET", "/b", "/{x}"},
                     {"GET", "/b/", "/{x}/"}});
  testing::Routes none(rules + "options: {method_mismatch: none}\n");
  check_all(none, {{"GET", "/a", "/a"},
                   {"PUT", "/a", "/{x}"},
                   {"DELETE", "/a", "none"},
                   {"get", "/a", "none"},
                   {"GET", "/b", "none"},
                   {"GET", "/b/", "none"},
                   {"PUT", "/b/", "/{x}/"}});
}

TEST_CASE("a stop ends the search without a handler") {
  testing::Routes routes(R"(
routes:
  - /sub/hello
  - GET /sub/get
  - stop: '/sub/.*'
  - {stop: '/[a-z]+/private', methods: [GET]}
  - /sub/late
  - /{a}/private
  - /sub
)");
  check_all(routes, {{"GET", "/sub/hello", "/sub/hello"},
                     {"GET", "/sub/late", "none"},
                     {"GET", "/sub/", "none"},
                     {"GET", "/sub", "/sub"},
                     // A mounted application redirects inside itself.
                     {"GET", "/sub/hello/", "/sub/hello/"},
                     {"GET", "/sub/late/", "none"},
                     {"POST", "/sub/get", "/sub/get"},
                     {"GET", "/x/private", "none"},
                     {"POST", "/x/private", "/{a}/private"}});
  CHECK(routes.decide("GET", "/sub/late").rule == 2);
  CHECK(routes.decide("GET", "/x/private").rule == 3);
}

TEST_CASE("a 405 before a stop is none when 405s have no handler, and a rule after the stop is no 405") {
  testing::Routes none("routes: [GET /sub/get, {stop: '/sub/.*'}]\noptions: {method_mismatch: none}");
  check_all(none, {{"POST", "/sub/get", "none"}});
  testing::Routes after("routes: [{stop: '/sub/.*'}, GET /sub/get]");
  check_all(after, {{"POST", "/sub/get", "none"}, {"GET", "/sub/get", "none"}});
}

TEST_CASE("labels that exclude takes out") {
  testing::Routes routes("routes: [GET /a, GET /admin/x, POST /b/]\nexclude: [admin]");
  CHECK(routes.router().excluded_labels() == std::vector<std::string>{"/admin/x", "/admin/x/"});
}

TEST_CASE("the slash retry does not leave a stop, nor enter one") {
  testing::Routes routes(R"(
routes:
  - /mount
  - stop: '/mount/.*'
)");
  check_all(routes, {{"GET", "/mount/", "none"}, {"GET", "/mount", "/mount"}, {"GET", "/mount/x", "none"}});
  testing::Routes only_stop("routes: [{stop: '/mount/.*'}]");
  check_all(only_stop, {{"GET", "/mount", "none"}});
}

TEST_CASE("nothing matched: once more with the trailing slash toggled") {
  const std::string rules = R"(
routes:
  - GET /slash/
  - GET /health
  - GET /items/{item_id}
  - GET /files/{file_path:path}
  - {handler: /static, pattern: '/static/.*'}
  - {handler: home/, pattern: '/(home|start)/'}
  - POST /only
)";
  testing::Routes routes(rules);
  check_all(routes, {{"GET", "/slash", "/slash"},
                     {"GET", "/slash/", "/slash/"},
                     {"GET", "/health/", "/health/"},
                     {"GET", "/health//", "none"},
                     {"GET", "/items/5/", "/items/{item_id}/"},
                     {"GET", "/items/", "none"},
                     {"GET", "/files", "/files/{file_path:path}"},
                     {"GET", "/static", "/static"},
                     {"GET", "/static?x=/", "/static"},
                     {"GET", "/home", "home"},
                     {"GET", "/home/", "home/"},
                     {"GET", "/home//", "home/"},
                     {"GET", "/only/", "/only/"},
                     {"GET", "/health%2F", "/health/"},
                     {"GET", "/", "none"}});
  testing::Routes off(rules + "options: {redirect_slashes: false}\n");
  check_all(off, {{"GET", "/slash", "none"}, {"GET", "/health/", "none"}, {"GET", "/static", "none"}});
}

TEST_CASE("a slash retry that leaves nothing of a label gives '/'") {
  testing::Routes routes("routes: [GET /]");
  check_all(
      routes,
      {{"GET", "/", "/"}, {"GET", "", "/"}, {"GET", "?x", "/"}, {"GET", "//", "/"}, {"GET", "///", "none"}});
}

TEST_CASE("hosts") {
  testing::Routes routes(R"(
routes:
  - {handler: cdn, pattern: '/a', host: CDN.example.org}
  - {handler: six, pattern: '/a', host: '[::1]'}
  - {handler: post, template: /a, methods: [POST], host: api.example.org}
  - GET /b
  - {handler: rest, template: /b}
)");
  const auto ask = [&](std::string_view host) { return routes.ask("GET", "/a", host); };
  CHECK(ask("cdn.example.org") == "cdn");
  CHECK(ask("Cdn.Example.ORG:8080") == "cdn");
  CHECK(ask("[::1]:80") == "six");
  CHECK(ask("[::1]") == "six");
  CHECK(ask("::1") == "none");
  CHECK(ask("api.example.org") == "post");  // its path and host match, the method does not
  CHECK(ask("xcdn.example.org") == "none");
  CHECK(ask("") == "none");
  CHECK(routes.ask("GET", "/b", "anything") == "/b");
  CHECK(routes.ask("PUT", "/b") == "rest");
}

TEST_CASE("exclude sees the label before grouping, and wins over ignore_untemplated") {
  const std::string rules = R"(
routes:
  - GET /items/{item_id}
  - GET /health
  - GET /admin/panel
  - {handler: home, pattern: '/home/?'}
exclude: ['\{item_id\}', '^/health$', admin, '^/nope', 'none', '\*']
options: {ignore_untemplated: true}
)";
  testing::Routes routes(rules);
  check_all(routes, {{"GET", "/items/7", "excluded"},
                     {"PATCH", "/items/7", "excluded"},
                     {"GET", "/items/7/", "excluded"},
                     {"GET", "/health", "excluded"},
                     {"GET", "/health/", "/health/"},
                     {"GET", "/home", "home"},
                     {"GET", "/superadmin", "excluded"},
                     {"GET", "/nope/x", "excluded"},
                     {"GET", "/x/nope", "ignored"},
                     {"GET", "/anything", "ignored"},
                     {"GET", "/x/none", "excluded"},
                     {"OPTIONS", "*", "excluded"}});
  const Decision templated = routes.decide("GET", "/health");
  CHECK(templated.outcome == Outcome::kExcluded);
  CHECK(templated.rule == 1);
  CHECK(routes.router().labels().at(templated.label) == "/health");
  const Decision untemplated = routes.decide("GET", "/nope/x");
  CHECK(untemplated.label == kNoneLabel);
  CHECK(untemplated.rule == -1);
}

TEST_CASE("a handler called none is not excluded as the label none would never be") {
  testing::Routes routes("routes: [{handler: none, pattern: '/x.*'}]\nexclude: ['/none']");
  CHECK(routes.ask("GET", "/x1") == "none");
  CHECK(routes.decide("GET", "/x1").outcome == Outcome::kTemplated);
  CHECK(routes.decide("GET", "/y").outcome == Outcome::kUntemplated);
  CHECK(routes.ask("GET", "/none") == "excluded");
}

TEST_CASE("labels: each once, none first, with what slash redirects give") {
  testing::Routes routes(R"(
routes:
  - GET /items
  - POST /items
  - GET /slash/
  - GET /files/{p:path}
  - stop: '/sub/.*'
)");
  const std::vector<std::string> expected = {"none",   "/items",          "/items/",         "/slash/",
                                             "/slash", "/files/{p:path}", "/files/{p:path}/"};
  CHECK(routes.router().labels() == expected);
  testing::Routes plain("routes: [GET /items, GET /slash/]\noptions: {redirect_slashes: false}");
  CHECK(plain.router().labels() == std::vector<std::string>{"none", "/items", "/slash/"});
}

TEST_CASE("the rule that decided") {
  testing::Routes routes("routes: [GET /a, POST /b, {handler: c, pattern: '/c+'}]");
  CHECK(routes.decide("GET", "/a").rule == 0);
  CHECK(routes.decide("GET", "/a/").rule == 0);
  CHECK(routes.decide("GET", "/b").rule == 1);
  CHECK(routes.decide("GET", "/cc").rule == 2);
  CHECK(routes.decide("GET", "/d").rule == -1);
}

TEST_CASE("patterns take the whole decoded path") {
  testing::Routes routes(R"(
routes:
  - {handler: either, pattern: '/a|/b'}
  - {handler: dot, pattern: '/x.'}
  - {handler: caps, pattern: '(?i)/CAPS'}
  - {handler: quoted, pattern: '/q/\Qa.b'}
  - {handler: anchored, pattern: '^/anchored$'}
  - {handler: class, pattern: '/n[^/]'}
)");
  check_all(routes, {{"GET", "/a", "either"},
                     {"GET", "/b", "either"},
                     {"GET", "/ab", "none"},
                     {"GET", "/x/b", "none"},
                     {"GET", "/xy", "dot"},
                     {"GET", "/x%C3%A9", "dot"},
                     {"GET", "/x%FF", "dot"},
                     {"GET", "/x%0A", "none"},
                     {"GET", "/n%0A", "class"},
                     {"GET", "/caps", "caps"},
                     {"GET", "/CaPS", "caps"},
                     {"GET", "/q/a.b", "quoted"},
                     {"GET", "/q/axb", "none"},
                     {"GET", "/anchored", "anchored"},
                     {"GET", "/anchored%0A", "none"}});
}

TEST_CASE("rule files of the library's own tests (C7 to C12, C41 to C51)") {
  testing::Routes routes(R"(
routes:
  - /
  - /items/{item_id}
  - /ignore
  - POST /items
  - {handler: /mounted_app, pattern: '/mounted_app/.*'}
  - /app
  - /subapi/sub
  - stop: '/subapi/.*'
  - /api/v1/items/
  - /api/v1/items/{item_id}
  - /m/sub/widget
exclude: [fefefwefwe, '^/ignore$']
)");
  check_all(routes, {{"GET", "/items/678?q=43243", "/items/{item_id}"},
                     {"GET", "/does_not_exist", "none"},
                     {"GET", "/fefefwefwe", "excluded"},
                     {"GET", "/ignore", "excluded"},
                     {"GET", "/", "/"},
                     {"GET", "/mounted_app", "/mounted_app"},
                     {"GET", "/subapi/sub", "/subapi/sub"},
                     {"GET", "/subapi", "none"},
                     {"GET", "/subapi/", "none"},
                     {"GET", "/app", "/app"},
                     {"GET", "/api/v1/items/", "/api/v1/items/"},
                     {"GET", "/api/v1/items/1", "/api/v1/items/{item_id}"},
                     {"GET", "/m/sub/widget", "/m/sub/widget"}});
}

TEST_CASE("targets of any length and depth") {
  testing::Routes routes(
      "routes: ['/a/{rest:path}', '/{x}/b', {handler: deep, pattern: '/(x/)+end'}]\noptions: "
      "{group_untemplated: false}");
  std::string deep;
  for (int i = 0; i < 20000; ++i) deep += "/x";
  CHECK(routes.ask("GET", "/a" + deep) == "/a/{rest:path}");
  CHECK(routes.ask("GET", deep) == "none " + deep);
  CHECK(routes.ask("GET", deep + "/end") == "deep");
  CHECK(routes.ask("GET", deep + "/end/") == "deep/");
  CHECK(routes.ask("GET", "/" + std::string(100000, 'y') + "/b") == "/{x}/b");
  std::string template_text;
  for (int i = 0; i < 40; ++i) template_text += "/{p" + std::to_string(i) + "}";
  testing::Routes long_rule("routes: ['" + template_text + "']");
  CHECK(long_rule.ask("GET", deep.substr(0, 80)) == template_text);
  CHECK(long_rule.ask("GET", deep.substr(0, 82)) == "none");
}

TEST_CASE("more methods than a rule file ever has are an error at the rule") {
  std::string rules = "routes:\n";
  for (int i = 0; i < 64; ++i) rules += "  - M" + std::to_string(i) + " /a\n";
  const auto compiled = compile(testing::rule_file(rules));
  REQUIRE_FALSE(compiled);
  REQUIRE(compiled.errors().size() == 1);
  CHECK(compiled.errors()[0].at.line == 66);
}

TEST_CASE("one router, many threads") {
  const testing::Routes routes(
      "routes: ['GET /a/{id}', {handler: css, pattern: '/.*/x.*\\.css'}, {handler: js, pattern: "
      "'.*\\.js'}]\nexclude: [admin]");
  const auto work = [router = routes.shared()](int seed, int& wrong) {
    const auto resolver = make_resolver(router);
    for (int i = 0; i < 3000; ++i) {
      const std::string n = std::to_string((i + seed) % 50);
      const std::vector<std::pair<std::string, std::string>> cases = {{"/a/" + n, "/a/{id}"},
                                                                      {"/s/x" + n + ".css", "css"},
                                                                      {"/" + n + ".js", "js"},
                                                                      {"/admin" + n, "none"}};
      for (const auto& [target, label] : cases) {
        model::Request request;
        request.method = "GET";
        request.target = target;
        const Decision decision = resolver->resolve(request);
        if (router->labels()[decision.label] != label) ++wrong;
      }
    }
  };
  std::vector<int> wrong(4);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, i, std::ref(wrong[static_cast<std::size_t>(i)]));
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(4));
}

}  // namespace
}  // namespace routemeter::route

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "unit/openapi/support.h"

namespace routemeter::openapi {
namespace {

// Routes as "GET,PUT /path" into a document.
std::string document(const std::vector<std::string>& routes) {
  std::string paths;
  for (const std::string& route : routes) {
    const std::size_t blank = route.find(' ');
    std::string operations;
    for (std::size_t begin = 0; begin < blank;) {
      const std::size_t end = std::min(route.find(',', begin), blank);
      operations += (operations.empty() ? "\"" : ", \"") + route.substr(begin, end - begin) + "\": {}";
      begin = end + 1;
    }
    paths += (paths.empty() ? "\"" : ", \"") + route.substr(blank + 1) + "\": {" + operations + "}";
  }
  return with_paths(paths);
}

std::string fresh(const std::vector<std::string>& routes, const ImportOptions& options = {}) {
  return render(imported(document(routes), options), "auto", "rules.yaml");
}

Merged merged(const std::string& rules, const std::vector<std::string>& routes, bool keep = false,
              const ImportOptions& given = {}) {
  const auto marks = read_marks(rules, "rules.yaml");
  REQUIRE(marks);
  const Imported now = imported(document(routes), combined(marks->options, given));
  auto result = merge(rules, "rules.yaml", *marks, now, keep);
  if (!result) FAIL(util::format(result.errors()));
  const auto again_marks = read_marks(result->text, "rules.yaml");
  REQUIRE(again_marks);
  const auto again = merge(result->text, "rules.yaml", *again_marks, now, keep);
  REQUIRE(again);
  CHECK(again->text == result->text);  // twice is once
  CHECK(again->changes.empty());
  return *result;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::vector<std::string> texts(const Merged& result) {
  std::vector<std::string> out;
  for (const Change& change : result.changes) out.push_back(change.text);
  return out;
}

std::vector<std::string> notes(const Merged& result) {
  std::vector<std::string> out;
  for (const util::Diagnostic& d : result.notes) out.push_back(d.message);
  return out;
}

// The lines of `routes` and `tests`, without comments.
std::string entries(const std::string& rules) {
  std::string out;
  for (std::size_t begin = 0; begin < rules.size();) {
    const std::size_t end = rules.find('\n', begin);
    const std::string line = rules.substr(begin, end - begin);
    if (line.starts_with("  - ")) out += line.substr(4) + "\n";
    begin = end + 1;
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST_CASE("a merge of the same document changes no byte") {
  const std::string rules = fresh({"get /a", "get,put /a/{id}", "get /b"});
  CHECK(merged(rules, {"get /a", "get,put /a/{id}", "get /b"}).text == rules);
}

TEST_CASE("a merge gives what a fresh import gives when nobody changed anything") {
  const Texts before = {"get /a", "get /b", "get /c/{id}", "get /d"};
  for (const Texts& after :
       {Texts{"get /a", "get /n", "get /b", "get /c/{id}", "get /d"},
        Texts{"get /n", "get /a", "get /b", "get /c/{id}", "get /d"},
        Texts{"get /a", "get /b", "get /c/{id}", "get /d", "get /n", "get /m"}, Texts{"get /b", "get /d"},
        Texts{"get,post /a", "get /b", "get /c/{id}", "get /d"},
        Texts{"get /d", "get /a", "get /b", "get /c/{id}"},
        Texts{"get /c/{id}", "get /d", "get /b", "get /a"}, Texts{"get /z"}}) {
    const Imported now = imported(document(after));
    const std::string text = merged(fresh(before), after).text;
    std::string wanted;
    for (const std::string& rule : rules_of(now)) wanted += rule + "\n";
    CHECK(entries(text).starts_with(wanted));
    // Tests of new routes stand behind the others; there are the same ones.
    std::string tests = entries(text).substr(wanted.size());
    for (const std::string& test : tests_of(now)) tests = replaced(tests, test + "\n", "");
    CHECK(tests.empty());
  }
}

TEST_CASE("changes are told with their lines") {
  const std::string rules = fresh({"get /a", "get /b", "get /c"});
  const Merged result = merged(rules, {"get /a", "get /n", "get,delete /c"});
  CHECK(texts(result) ==
        Texts{"added: GET /n, behind GET /a", "removed: GET /b", "methods: GET,DELETE /c, was GET /c"});
  const std::size_t line =
      static_cast<std::size_t>(std::count(
          rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(rules.find("- GET /a")), '\n')) +
      1;
  CHECK(result.changes[0].line == static_cast<int>(line));
  CHECK(result.changes[1].line == static_cast<int>(line) + 1);
  CHECK(texts(merged(rules, {"get /c", "get /a", "get /b"})) == Texts{"moved: GET /c, before GET /a"});
}

TEST_CASE("hand edits stay byte for byte") {
  const std::string rules = fresh({"get /a", "get /a/{id}", "get /old", "get /b"});
  struct Edit {
    const char* what;
    const char* from;
    const char* to;
  };
  for (const Edit& edit :
       {Edit{"format", "format: auto", "format: combined\nexclude: [^/metrics]"},
        Edit{"comment", "  - GET /a\n", "  # mine\n  - GET /a   # yes\n"},
        Edit{"converter", "  - GET /a/{id}\n", "  - GET /a/{id:int}\n"},
        Edit{"label", "  - GET /a/{id}\n", "  - {template: '/a/{id}', handler: one, methods: [GET]}\n"},
        Edit{"pattern", "  - GET /a/{id}\n", "  - {handler: '/a/{id}', pattern: '/a/x.*'}\n"},
        Edit{"rule of one's own", "  - GET /b\n", "  - GET /mine/{x}\n  - GET /b\n"},
        Edit{"place", "  - GET /a\n  - GET /a/{id}\n", "  - GET /a/{id}\n  - GET /a\n"},
        Edit{"removed", "  - GET /a/{id}\n", ""}, Edit{"quotes", "  - GET /a\n", "  - 'GET  /a'\n"},
        Edit{"test", "  - GET /a/abc -> /a/{id}\n", "  - GET /a/9 -> /a/{id}\n"},
        Edit{"metrics", "\ntests:\n", "\nmetrics: [default, requests: {name: x}]\ntests:\n"}}) {
    INFO(edit.what);
    const std::string changed = replaced(rules, edit.from, edit.to);
    CHECK(merged(changed, {"get /a", "get /a/{id}", "get /old", "get /b"}).text == changed);
    const Merged result = merged(changed, {"get /a", "get /a/{id}", "get /b", "get /new"});
    CHECK(result.text.find(edit.to) != std::string::npos);
    CHECK(texts(result) == Texts{"removed: GET /old", "added: GET /new, behind GET /b"});
  }
}

TEST_CASE("what was taken out by hand stays out, until its route changes") {
  const std::string rules = replaced(fresh({"get /a", "get /b"}), "  - GET /b\n", "");
  CHECK(merged(rules, {"get /a", "get /b"}).text == rules);
  CHECK(texts(merged(rules, {"get /a", "get,put /b"})) == Texts{"added: GET,PUT /b, behind GET /a"});
}

TEST_CASE("what the document says otherwise than a hand is told") {
  const std::string rules =
      replaced(fresh({"get /a/{id}", "get /b"}), "- GET /a/{id}\n", "- GET /a/{id:int}\n");
  const Merged more = merged(rules, {"get,put /a/{id}", "get /b"});
  CHECK(more.changes.empty());
  CHECK(notes(more) == Texts{"the document has PUT too; the rule is kept, since you changed it"});
  CHECK(more.notes[0].file == "rules.yaml");
  CHECK(more.notes[0].source_line == "  - GET /a/{id:int}");
  const Merged gone = merged(rules, {"get /b"});
  CHECK(notes(gone) == Texts{"the document has this route no more; it is kept, since you changed it"});
  // Methods may be shared among rules.
  const std::string split =
      replaced(rules, "- GET /a/{id:int}\n",
               "- GET /a/{id:int}\n  - {handler: put, template: '/a/{id}', methods: [PUT]}\n");
  CHECK(notes(merged(split, {"get,put /a/{id}", "get /b"})).empty());
}

TEST_CASE("a list that loses its last entry loses its key") {
  const std::string rules = replaced(fresh({"get /a", "get /b"}), "  - GET /b\n", "");
  const Merged result = merged(rules, {"get /b"});
  CHECK(texts(result) == Texts{"removed: GET /a"});
  CHECK(result.text.find("\nroutes:") == std::string::npos);
}

TEST_CASE("a new route goes before a catch-all of one's own") {
  const std::string rules =
      replaced(fresh({"get /a", "get /b"}), "- GET /b\n", "- GET /b\n  - '/{rest:path}'\n");
  const Merged result = merged(rules, {"get /a", "get /b", "get /c"});
  CHECK(result.text.find("- GET /b\n  - GET /c\n  - '/{rest:path}'\n") != std::string::npos);
}

TEST_CASE("tests go with their routes, but not those of a hand") {
  const std::string rules =
      replaced(fresh({"get /a", "get /old/{x}"}), "\ntests:\n", "\ntests:\n  - GET /old/7 -> /old/{x}\n");
  const Merged result = merged(rules, {"get /a"});
  CHECK(entries(result.text) == "GET /a\nGET /old/7 -> /old/{x}\nGET /a -> /a\n");
  // The last test takes its key with it.
  CHECK(merged(fresh({"get /a"}), {"get /b"}).text.find("tests:\n  - GET /b -> /b\n") != std::string::npos);
}

TEST_CASE("keeping makes comments of what is gone") {
  const Merged result = merged(fresh({"get /a", "get /old"}), {"get /a"}, true);
  CHECK(result.text.find("  - GET /a\n  # gone: - GET /old\n") != std::string::npos);
  CHECK(result.text.find("  # gone: - GET /old -> /old\n") != std::string::npos);
}

TEST_CASE("a file of another hand only gets what it lacks") {
  const std::string rules =
      "version: 1\nroutes:\n- GET /mine\n- GET /a/{id:int}\n- GET /z\ntests:\n- GET /mine -> /mine\n";
  const Merged result = merged(rules, {"get /a/{id}", "get /b", "get /z"});
  CHECK(texts(result) == Texts{"added: GET /b, behind GET /a/{id:int}"});
  CHECK(result.text.starts_with(
      "version: 1\nroutes:\n- GET /mine\n- GET /a/{id:int}\n- GET /b\n- GET /z\ntests:\n"
      "- GET /mine -> /mine\n- GET /b -> /b\n\n# routemeter-import"));
  CHECK(merged("version: 1\n", {"get /b"})
            .text.starts_with("version: 1\nroutes:\n  - GET /b\n\ntests:\n  - GET /b -> /b\n"));
  CHECK(merged("version: 1", {"get /b"}).text.starts_with("version: 1\nroutes:\n  - GET /b\n"));
}

TEST_CASE("line ends are the file's") {
  std::string rules = fresh({"get /a", "get /b"});
  for (std::size_t at = rules.find('\n'); at != std::string::npos; at = rules.find('\n', at + 2))
    rules.insert(at, 1, '\r');
  CHECK(merged(rules, {"get /a", "get /b"}).text == rules);
  const std::string text = merged(rules, {"get /a", "get /b", "get /c"}).text;
  CHECK(text.find("- GET /c\r\n") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == std::count(text.begin(), text.end(), '\r'));
}

TEST_CASE("options are remembered, and new ones take effect") {
  ImportOptions options;
  options.path_params = {"p"};
  options.prefix = "/api";
  options.strip_prefix = "/v1";
  options.app_labels = true;
  const std::string rules = fresh({"get /v1/f/{p}"}, options);
  CHECK(entries(rules).starts_with(
      "{handler: '/v1/f/{p:path}', template: '/api/f/{p:path}', methods: [GET]}\n"));
  CHECK(merged(rules, {"get /v1/f/{p}"}).text == rules);
  ImportOptions now;
  now.path_params = {"p:int", "q"};
  const Merged result = merged(rules, {"get /v1/f/{p}", "get /v1/g/{q}"}, false, now);
  CHECK(entries(result.text)
            .starts_with("{handler: '/v1/f/{p:int}', template: '/api/f/{p:int}', methods: [GET]}\n"
                         "{handler: '/v1/g/{q:path}', template: '/api/g/{q:path}', methods: [GET]}\n"));
  CHECK(result.text.find("# routemeter-import options: --prefix /api --strip-prefix /v1 --path-param p:int "
                         "--path-param q --app-labels\n") != std::string::npos);
  CHECK(result.text.find("/v1/f/{p:path}") == std::string::npos);  // its test went too
}

TEST_CASE("the order of last time can be taken back") {
  ImportOptions options;
  options.spec_order = true;
  const std::string rules = fresh({"get /{x}", "get /a"}, options);
  CHECK(entries(rules).starts_with("GET /a\nGET /{x}\n"));
  CHECK(merged(rules, {"get /{x}", "get /a"}).changes.empty());
  options.spec_order = false;
  CHECK(
      entries(merged(rules, {"get /{x}", "get /a"}, false, options).text).starts_with("GET /{x}\nGET /a\n"));
}

TEST_CASE("lists that have no line for each entry are refused") {
  for (const char* rules :
       {"version: 1\nroutes: [GET /a]\n", "version: 1\nroutes:\n  -\n    GET /a\n",
        "version: 1\nroutes: [\n  GET /a,\n  GET /b]\n", "{version: 1, routes: [GET /a]}\n",
        "version: 1\nroutes:\n  - &x GET /a\n  - *x\n"}) {
    INFO(rules);
    const auto result = merge(rules, "rules.yaml", {}, imported(document({"get /a"})), false);
    REQUIRE(!result);
    CHECK(result.errors()[0].hint.find("line") != std::string::npos);
    CHECK(result.errors()[0].at.line >= 1);
  }
}

TEST_CASE("a damaged line of options is an error with its place") {
  const auto marks = read_marks("version: 1\n# routemeter-import options: --prefix\n", "r.yaml");
  REQUIRE(!marks);
  CHECK(marks.errors()[0].at.line == 2);
}

}  // namespace
}  // namespace routemeter::openapi

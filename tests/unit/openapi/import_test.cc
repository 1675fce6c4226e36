// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tools/openapi/endpoint.h"
#include "unit/openapi/support.h"

namespace routemeter::openapi {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("the order of the document is kept, duplicates are joined") {
  const Imported from = imported(
      with_paths(R"("/z": {"post": {}}, "/a": {"get": {}}, "/m/{x}": {"get": {}}, "/a": {"put": {}})"));
  CHECK(rules_of(from) == Texts{"POST /z", "GET,PUT /a", "GET /m/{x}"});
  CHECK(warnings_of(from) == Texts{"the path '/a' is there more than once: its operations are joined"});
}

TEST_CASE("concrete paths come first in the order of the specification") {
  ImportOptions options;
  options.spec_order = true;
  const Imported from = imported(
      with_paths(
          R"("/{a}": {"get": {}}, "/u/{id}": {"get": {}}, "/u/{id}.pdf": {"get": {}}, "/u/{id}/x": {"get": {}},
                    "/u/me": {"get": {}}, "/f/{p}": {"get": {}}, "/f/{*q}": {"get": {}}, "/{a}/b": {"get": {}},
                    "/u/me/{x}": {"get": {}}, "/f/**": {"get": {}}, "/": {"get": {}})"),
      options);
  const Texts rules = rules_of(from);
  const auto before = [&rules](const std::string& a, const std::string& b) {
    return std::find(rules.begin(), rules.end(), a) < std::find(rules.begin(), rules.end(), b);
  };
  CHECK(before("GET /u/me", "GET /u/{id}.pdf"));
  CHECK(before("GET /u/{id}.pdf", "GET /u/{id}"));
  CHECK(before("GET /u/me/{x}", "GET /u/{id}/x"));
  CHECK(before("GET /f/{p}", "{handler: '/f/{*q}', pattern: /f/.*, methods: [GET]}"));
  CHECK(before("GET /f/{p}", "{handler: /f/**, pattern: /f/.*, methods: [GET]}"));
  CHECK(before("GET /", "GET /{a}"));
}

TEST_CASE("what is no operation is no method") {
  const Imported from = imported(with_paths(
      R"("/a": {"parameters": [], "summary": "get", "description": "put", "servers": [], "x-get": {}, "$ref": "#/x",
                "get": null, "post": {}, "HEAD": {}, "options": {}, "trace": {}, "connect": {}, "delete": "no"},
         "x-paths": {"get": {}}, "/b": {}, "/c": null)"));
  CHECK(rules_of(from) == Texts{"HEAD,POST,OPTIONS,TRACE /a"});
}

TEST_CASE("references lead to path items and parameters, and circles end") {
  const Imported from = imported(with_paths(
      R"("/a/{n}": {"$ref": "#/components/pathItems/a~1b"}, "/c": {"$ref": "#/paths/~1d"}, "/d": {"$ref": "#/paths/~1c"},
         "/e": {"$ref": "other.yaml"}, "/f": {"$ref": "#/nowhere"}, "/g": {"$ref": "#/paths/%7e1a~1%7Bn%7D"})",
      R"("components": {"parameters": {"n": {"name": "n", "in": "path", "schema": {"$ref": "#/components/schemas/n"}}},
          "schemas": {"n": {"allOf": [{"$ref": "#/components/schemas/n"}, {"type": "integer", "minimum": 7}]}},
          "pathItems": {"a/b": {"parameters": [{"$ref": "#/components/parameters/n"}], "put": {}}}}, )"));
  CHECK(rules_of(from) == Texts{"PUT /a/{n}", "/c", "/d", "/e", "/f", "PUT /g"});
  CHECK(tests_of(from)[0] == "PUT /a/7 -> /a/{n}");
}

TEST_CASE("the prefix is the path of the servers") {
  struct Case {
    const char* servers;
    const char* prefix;
    int warnings;
  };
  for (
      const Case& c : {
          Case{R"([])", "", 0},
          Case{R"([{"url": "/"}])", "", 0},
          Case{R"([{"url": "."}])", "", 0},
          Case{R"([{"url": "https://example.org"}])", "", 0},
          Case{R"([{"url": "https://example.org/"}])", "", 0},
          Case{R"([{"url": "https://example.org:8443/api/v1/"}])", "/api/v1", 0},
          Case{R"([{"url": "//example.org/api"}])", "/api", 0},
          Case{R"([{"url": "/api"}])", "/api", 0},
          Case{R"([{"url": "api"}])", "/api", 0},
          Case{R"([{"url": "./api?x=1#y"}])", "/api", 0},
          Case{R"([{"url": "/caf%C3%A9"}])", "/caf\xC3\xA9", 0},
          Case{R"([{"url": "{scheme}://{host}/v1"}])", "/v1", 0},
          Case{R"([{"url": "{base}/v1"}])", "/v1", 0},
          Case{
              R"([{"url": "https://{r}.example.org/v1", "variables": {"r": {"default": "eu", "enum": ["eu", "us"]}}}])",
              "/v1", 0},
          Case{R"([{"url": "/{v}", "variables": {"v": {"default": "v1"}}}])", "/v1", 0},
          Case{R"([{"url": "/{v}", "variables": {"v": {"default": "v1", "enum": ["v1", "v2"]}}}])", "/v1", 1},
          Case{R"([{"url": "/{v}"}])", "/{v}", 1},
          Case{R"([{"url": "https://a.example.org/v1"}, {"url": "http://b.example.org/v1/"}])", "/v1", 0},
          Case{R"([{"url": "/v1"}, {"url": "/v2"}])", "/v1", 1},
          Case{R"([{"url": "/"}, {"url": "/v2"}])", "", 1},
          Case{R"([{}])", "", 0},
          Case{R"("no list")", "", 0},
      }) {
    INFO(c.servers);
    const Imported from =
        imported(with_paths(R"("/a": {"get": {}})", std::string(R"("servers": )") + c.servers + ", "));
    CHECK(from.routes[0].rule.handler == std::string(c.prefix) + "/a");
    CHECK(from.prefix == c.prefix);
    CHECK(from.warnings.size() == static_cast<std::size_t>(c.warnings));
  }
}

TEST_CASE("servers of paths and operations win over those of the document") {
  const std::string document = with_paths(
      R"("/a": {"get": {}, "put": {"servers": [{"url": "/op"}]}}, "/b": {"servers": [{"url": "/"}], "get": {}})",
      R"("servers": [{"url": "/api"}], )");
  CHECK(rules_of(imported(document)) == Texts{"GET /api/a", "PUT /op/a", "GET /b"});
  ImportOptions options;
  options.prefix = "/x";
  CHECK(rules_of(imported(document, options)) == Texts{"GET,PUT /x/a", "GET /x/b"});
  options.prefix = "";
  CHECK(rules_of(imported(document, options)) == Texts{"GET,PUT /a", "GET /b"});
}

TEST_CASE("a prefix is taken off whole segments only") {
  ImportOptions options;
  options.strip_prefix = "/api/v1";
  const Imported from =
      imported(with_paths(R"("/v1/a": {"get": {}}, "/v1": {"get": {}}, "/v12": {"get": {}, "put": {}})",
                          R"("servers": [{"url": "/api"}], )"),
               options);
  CHECK(rules_of(from) == Texts{"GET /a", "GET /", "GET,PUT /api/v12"});
  CHECK(warnings_of(from) == Texts{"the path '/api/v12' does not begin with '/api/v1': it is kept as it is"});
}

TEST_CASE("labels may be the application's own") {
  ImportOptions options;
  options.app_labels = true;
  const Imported from =
      imported(with_paths(R"("/a/{id}": {"get": {}})", R"("servers": [{"url": "/api"}], )"), options);
  CHECK(rules_of(from) == Texts{"{handler: '/a/{id}', template: '/api/a/{id}', methods: [GET]}"});
  CHECK(tests_of(from) == Texts{"GET /api/a/abc -> /a/{id}"});
}

TEST_CASE("samples are what the document says of a parameter") {
  struct Case {
    const char* parameter;
    const char* path;
  };
  for (const Case& c : {
           Case{R"("schema": {"type": "integer"})", "1"},
           Case{R"("schema": {"type": "integer", "minimum": 10, "default": 12})", "12"},
           Case{R"("schema": {"type": "number"})", "1"},
           Case{R"("schema": {"type": "boolean"})", "true"},
           Case{R"("schema": {"type": "string", "format": "date"})", "2024-01-31"},
           Case{R"("schema": {"type": "string", "format": "date-time"})", "2024-01-31T12:00:00Z"},
           Case{R"("schema": {"type": "string", "format": "uuid"})", "123e4567-e89b-12d3-a456-426614174000"},
           Case{R"("schema": {"type": "string"})", "abc"},
           Case{R"("schema": {"type": "string", "enum": ["red", "blue"]})", "red"},
           Case{R"("schema": {"type": ["null", "integer"]})", "1"},
           Case{R"("schema": {"anyOf": [{"type": "integer"}, {"type": "null"}]})", "1"},
           Case{R"("schema": {"const": "c"})", "c"},
           Case{R"("schema": {"examples": ["e", "f"]})", "e"},
           Case{R"("schema": {"type": "string", "example": "s"}, "example": "p")", "p"},
           Case{R"("examples": {"one": {"value": 17}})", "17"},
           Case{R"("content": {"text/plain": {"schema": {"type": "integer"}}})", "1"},
           Case{R"("type": "string", "format": "uuid")", "123e4567-e89b-12d3-a456-426614174000"},
           Case{R"("example": "a b/c?d#e%f")", "a%20b%2Fc%3Fd%23e%25f"},
           Case{R"("example": "")", "abc"},
           Case{R"("example": "..")", "abc"},
           Case{R"("example": ["no", "scalar"])", "abc"},
           Case{R"("example": "\u001b[31m")", "abc"},
       }) {
    INFO(c.parameter);
    const Imported from = imported(with_paths(
        R"("/a/{id}": {"get": {"parameters": [{"name": "id", "in": "query", "example": "no"}, {"name": "id", "in": "path", )" +
        std::string(c.parameter) + "}]}}"));
    // A slash in an example cannot be in one segment: the next sample is taken.
    const bool slash = std::string(c.path).find("%2F") != std::string::npos;
    CHECK(tests_of(from)[0] == "GET /a/" + std::string(slash ? "abc" : c.path) + " -> /a/{id}");
  }
}

TEST_CASE("a route that the application shadows is told, and its test says who answers") {
  const Imported from = imported(with_paths(
      R"("/u/{id}": {"get": {}}, "/u/me": {"get": {}, "put": {}}, "/u/you": {"get": {}}, "/u/{x}.json": {"get": {}})"));
  CHECK(tests_of(from) == Texts{"GET /u/abc -> /u/{id}", "PUT /u/me -> /u/me", "GET /u/you -> /u/{id}",
                                "GET /u/abc.json -> /u/{id}"});
  CHECK(warnings_of(from) ==
        Texts{"GET /u/me is never reached: 'GET /u/{id}' comes before it and takes it",
              "GET /u/you is never reached: 'GET /u/{id}' comes before it and takes it",
              "GET /u/{x}.json is never reached: 'GET /u/{id}' comes before it and takes it"});
}

TEST_CASE("a sample that is an earlier route's path is not taken for a shadow") {
  const Imported from = imported(with_paths(
      R"("/u/abc": {"get": {}}, "/u/{id}": {"get": {"parameters": [{"name": "id", "in": "path", "example": "abc"}]}})"));
  CHECK(tests_of(from)[1] == "GET /u/1 -> /u/{id}");
  CHECK(from.warnings.empty());
}

TEST_CASE("parameters that span slashes") {
  ImportOptions options;
  options.path_params = {"rest", "id:int", "none"};
  const Imported from =
      imported(with_paths(R"("/f/{rest}": {"get": {}}, "/g/{ id }/{file_path}": {"get": {}})"), options);
  CHECK(rules_of(from) == Texts{"GET /f/{rest:path}", "GET /g/{id:int}/{file_path}"});
  CHECK(tests_of(from) ==
        Texts{"GET /f/dir/file.txt -> /f/{rest:path}", "GET /g/1/abc -> /g/{id:int}/{file_path}"});
  REQUIRE(from.warnings.size() == 2);
  CHECK(from.warnings[0].message == "no path of the document has a parameter 'none'");
  CHECK(from.warnings[1].hint.find("--path-param file_path") != std::string::npos);
}

TEST_CASE("the documentation's own routes come first where they are asked for") {
  ImportOptions options;
  options.docs = true;
  const std::string document = with_paths(R"("/{page}": {"get": {}}, "/docs": {"get": {}})",
                                          R"("components": {"schemas": {"HTTPValidationError": {}}}, )");
  CHECK(rules_of(imported(document, options)) == Texts{"GET,HEAD /openapi.json", "GET,HEAD /docs",
                                                       "GET,HEAD /docs/oauth2-redirect", "GET,HEAD /redoc",
                                                       "GET /{page}"});
  CHECK(render(imported(document), "auto", "r").find("  # - GET,HEAD /docs\n") != std::string::npos);
}

TEST_CASE("JSON and YAML give the same") {
  const std::string yaml =
      "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /b/{id}:\n    get: {}\n    put:\n  /a:\n    "
      "post: {}\n";
  const std::string json = with_paths(R"("/b/{id}": {"get": {}, "put": null}, "/a": {"post": {}})");
  CHECK(render(imported(yaml, {}, "d"), "auto", "r") == render(imported(json, {}, "d"), "auto", "r"));
  CHECK(render(imported(json, {}, "d.yaml"), "auto", "r") ==
        render(imported("\xEF\xBB\xBF \n" + json, {}, "d.yaml"), "auto", "r"));
  // A flow map that is no JSON.
  CHECK(rules_of(imported("{openapi: 3.0.0, paths: {/a: {get: {}}}}", {}, "d.yaml")) == Texts{"GET /a"});
}

TEST_CASE("a path is known by its place, in JSON too") {
  const Imported from = imported(
      "{\"openapi\": \"3.0.0\", \"x\": \"a\\\\\\\"b\",\n \"paths\": {\"/a\": {\"get\": {}},\n"
      "   \"/\\\"b\": {\"get\": {}}, \"c\": {\"get\": {}}}}");
  CHECK(from.routes[0].rule.at.line == 2);
  CHECK(from.routes[0].rule.at.column == 13);
  CHECK(from.routes[1].rule.at.line == 3);
  CHECK(from.routes[1].rule.at.column == 5);
  REQUIRE(from.warnings.size() == 1);
  CHECK(from.warnings[0].at.line == 3);
  CHECK(from.warnings[0].at.column == 26);
}

TEST_CASE("deep documents") {
  const auto nested = [](std::size_t depth) {
    return with_paths(R"("/a": {"get": {"x": )" + std::string(depth, '[') + std::string(depth, ']') + "}}");
  };
  CHECK(rules_of(imported(nested(200))) == Texts{"GET /a"});
  CHECK(rules_of(imported(nested(200), {}, "d.yaml")) == Texts{"GET /a"});
  const auto refused = read_document(nested(100000), "d");
  REQUIRE(!refused);
  CHECK(refused.errors()[0].message == "lists and maps are nested too deeply");
}

}  // namespace
}  // namespace routemeter::openapi

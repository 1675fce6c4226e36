// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "tools/explain/rule_list.h"

namespace routemeter::explain {
namespace {

WhyNot ask(const std::string& pattern, const std::string& path) {
  model::Rule rule;
  rule.pattern = pattern;
  return why_not(rule, path);
}

TEST_CASE("why not: the place where the path and the template part") {
  struct Case {
    const char* pattern;
    const char* path;
    std::size_t agreeing;
    const char* text;
  };
  const Case cases[] = {
      {"/items/{id}", "/items/42", 2, ""},
      {"/items/{id}", "/item/42", 0, "'item' is not 'items'"},
      {"/items/{id}", "/items", 1, "the path ends before '/{id}'"},
      {"/items/{id}", "/items/", 1, "nothing does not fit {id}"},
      {"/items/{id}", "/items/42/x/y", 2, "the path goes on with '/x/y'"},
      {"/items/{id:int}", "/items/4x", 1, "'4x' does not fit {id:int}"},
      {"/items/{id:float}/x", "/items/4./x", 1, "'4.' does not fit {id:float}"},
      {"/u/{id:uuid}", "/u/0c1b2a3d-4e5f-6789-abcd-0123456789AB", 2, ""},
      {"/u/{id:uuid}", "/u/0c1b2a3d", 1, "'0c1b2a3d' does not fit {id:uuid}"},
      {"/f/{a}.{b}", "/f/x.tar.gz", 2, ""},
      {"/f/{a}.pdf", "/f/.pdf", 1, "'.pdf' does not fit {a}.pdf"},
      {"/f/{p:path}", "/f/a/b", 1, ""},
      {"/f/{p:path}/end", "/f/a/b", 1, "'a/b' does not fit {p:path}/end"},
      {"/", "/a", 0, "'a' stands where the rule has nothing"},
      {"/a", "*", 0, "the path does not begin with '/'"},
      {"/a", "/\x1b[31m", 0, "'\\x1B[31m' is not 'a'"},
  };
  for (const Case& one : cases) {
    CAPTURE(one.pattern, one.path);
    const WhyNot why = ask(one.pattern, one.path);
    CHECK(why.text == one.text);
    CHECK(why.agreeing == one.agreeing);
  }
}

TEST_CASE("why not: a path that nobody can look at takes no time") {
  const std::string path = "/f/" + std::string(200000, 'a');
  CHECK(ask("/f/{a}{b}{c}{d}.pdf", path).text == "the path does not match");
}

}  // namespace
}  // namespace routemeter::explain

// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <catch2/catch.hpp>

#include "route/template/template.h"

using routemeter::route::parse_template;
using routemeter::route::TemplatePart;

namespace {

// "/items/<id:0>" : parameters in angle brackets with the number of their converter.
std::string shape(std::string_view text) {
  const auto parts = parse_template(text);
  if (!parts) return "error at " + std::to_string(parts.errors().front().at.column);
  std::string out;
  for (const TemplatePart& part : *parts) {
    out += part.is_literal ? part.literal : "<" + part.name + ":" + std::to_string(int(part.converter)) + ">";
  }
  return out;
}

}  // namespace

TEST_CASE("templates split into literals and parameters") {
  struct Row {
    std::string text;
    std::string shape;
  };
  const Row rows[] = {
      {"/", "/"},
      {"/items", "/items"},
      {"/items/{item_id}", "/items/<item_id:0>"},
      {"/a/{s:str}/{p:path}", "/a/<s:0>/<p:1>"},
      {"/{i:int}-{f:float}", "/<i:2>-<f:3>"},
      {"/{u:uuid}.pdf", "/<u:4>.pdf"},
      {"/{a}{b}", "/<a:0><b:0>"},
      {"/users/{user-id}/{user.name}/{_x1}", "/users/<user-id:0>/<user.name:0>/<_x1:0>"},
      {"/Products({id})/$count", "/Products(<id:0>)/$count"},
      {"/items/{id}:cancel", "/items/<id:0>:cancel"},
      {"/c++/a.b/a,b;c=d/@me/~x/!/'", "/c++/a.b/a,b;c=d/@me/~x/!/'"},
      {"/caf\xC3\xA9 au lait", "/caf\xC3\xA9 au lait"},
      {"/100%", "/100%"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(shape(row.text) == row.shape);
  }
}

TEST_CASE("a template that is none is reported where it goes wrong") {
  struct Row {
    std::string text;
    int column;
  };
  const Row rows[] = {
      {"", 1},          {"items", 1},  {"/{", 2},     {"/{a", 2},     {"/{a/b}", 2},     {"/a}", 3},
      {"/{}", 3},       {"/{1a}", 3},  {"/{a b}", 3}, {"/{:int}", 3}, {"/{a:}", 5},      {"/{a:Int}", 5},
      {"/{a}/{a}", 7},  {"/a?b=1", 3}, {"/a?", 3},    {"/a#b", 3},    {"/.*", 3},        {"/a.+", 3},
      {"/[a]", 2},      {"/(a|b)", 4}, {"/a$", 3},    {"/\\d", 2},    {"/^a", 2},        {"/:id", 2},
      {"/<int:id>", 2}, {"/%41", 2},   {"/a\x01", 3}, {"/a\x7F", 3},  {"/{a:int:x}", 5},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(shape(row.text) == "error at " + std::to_string(row.column));
  }
}

TEST_CASE("all that is wrong with a template is reported at once") {
  const auto parts = parse_template("/{}/{x:itn}/{x}");
  REQUIRE_FALSE(parts);
  REQUIRE(parts.errors().size() == 3);
  CHECK(parts.errors()[0].at.column == 3);
  CHECK(parts.errors()[1].at.column == 8);
  CHECK(parts.errors()[1].hint.find("did you mean 'int'?") == 0);
  CHECK(parts.errors()[2].at.column == 14);
  CHECK(parts.errors()[2].source_line == "/{}/{x:itn}/{x}");
}

// SPDX-License-Identifier: Apache-2.0
#include "document/yaml_scalar.h"

#include <catch2/catch.hpp>

using routemeter::document::yaml_flow_scalar;
using routemeter::document::yaml_scalar;

TEST_CASE("yaml scalar: plain where that is safe") {
  CHECK(yaml_scalar("GET /items/{item_id}") == "GET /items/{item_id}");
  CHECK(yaml_scalar("GET,PUT /users/{id:int}") == "GET,PUT /users/{id:int}");
  CHECK(yaml_scalar("/a/b.c~d") == "/a/b.c~d");
  CHECK(yaml_flow_scalar("/static/.*") == "/static/.*");
}

TEST_CASE("yaml scalar: quotes where a reader would see something else") {
  CHECK(yaml_scalar("") == "''");
  CHECK(yaml_scalar("yes") == "'yes'");
  CHECK(yaml_scalar("Null") == "'Null'");
  CHECK(yaml_scalar("12") == "'12'");
  CHECK(yaml_scalar("{a}") == "'{a}'");
  CHECK(yaml_scalar("/a #b") == "'/a #b'");
  CHECK(yaml_scalar("/a: b") == "'/a: b'");
  CHECK(yaml_scalar("/a:") == "'/a:'");
  CHECK(yaml_scalar("/a ") == "'/a '");
  CHECK(yaml_scalar("- a") == "'- a'");
  CHECK(yaml_scalar("/it's") == "'/it''s'");
  CHECK(yaml_flow_scalar("/items/{id}") == "'/items/{id}'");
  CHECK(yaml_flow_scalar("/a,b") == "'/a,b'");
  CHECK(yaml_flow_scalar("/a:b") == "'/a:b'");
  CHECK(yaml_flow_scalar("/a?b") == "'/a?b'");
  CHECK(yaml_scalar("/caf\xC3\xA9") == "'/caf\xC3\xA9'");
}

TEST_CASE("yaml scalar: control bytes are escaped") {
  CHECK(yaml_scalar("/a\nb\"\\") == "\"/a\\x0Ab\\\"\\\\\"");
  CHECK(yaml_scalar("\xC2\x85") == "\"\\x85\"");
  CHECK(yaml_scalar("/\u202E\U000E0041") == "\"/\\u202E\\U000E0041\"");
}

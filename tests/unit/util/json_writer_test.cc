// SPDX-License-Identifier: Apache-2.0
#include "util/json_writer.h"

#include <limits>

#include <catch2/catch.hpp>

using routemeter::util::JsonWriter;

namespace {

std::string write_all(int indent) {
  JsonWriter json(indent);
  json.begin_object();
  json.member("path", "/a\"\\\n\x01\xFF\x7F\xC2\x9B");
  json.key("list");
  json.begin_array();
  json.number(-1);
  json.number(std::uint64_t{18446744073709551615U});
  json.number(0.1);
  json.number(std::numeric_limits<double>::infinity());
  json.boolean(true);
  json.null();
  json.end_array();
  json.key("none");
  json.begin_object();
  json.end_object();
  json.end_object();
  return json.text();
}

}  // namespace

TEST_CASE("json writer: one line") {
  CHECK(write_all(0) ==
        "{\"path\":\"/a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\\u007f\\u009b\","
        "\"list\":[-1,18446744073709551615,0.1,null,true,null],\"none\":{}}");
}

TEST_CASE("json writer: indented") {
  CHECK(write_all(2) ==
        "{\n  \"path\": \"/a\\\"\\\\\\n\\u0001\xEF\xBF\xBD\\u007f\\u009b\",\n"
        "  \"list\": [\n    -1,\n    18446744073709551615,\n    0.1,\n    null,\n    true,\n"
        "    null\n  ],\n  \"none\": {}\n}");
}

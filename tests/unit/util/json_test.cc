// SPDX-License-Identifier: Apache-2.0
#include "util/json.h"

#include <limits>

#include <catch2/catch.hpp>

using routemeter::util::dump;
using routemeter::util::Json;

namespace {

Json everything() {
  return {{"path", "/a\"\\\n\t\x01\xFF\x7F\xC2\x9B"},
          {"list",
           {-1, std::uint64_t{18446744073709551615U}, 0.1, 5.0, 1e-4, 1700000000.0,
            std::numeric_limits<double>::infinity(), true, nullptr}},
          {"none", Json::object()},
          {"nothing", Json::array()}};
}

}  // namespace

TEST_CASE("json: one line") {
  CHECK(
      dump(everything()) ==
      "{\"path\":\"/a\\\"\\\\\\n\\u0009\\u0001\xEF\xBF\xBD\\u007f\\u009b\","
      "\"list\":[-1,18446744073709551615,0.1,5,1e-04,1700000000,null,true,null],\"none\":{},\"nothing\":[]}");
}

TEST_CASE("json: indented") {
  CHECK(dump(everything(), 2) ==
        "{\n  \"path\": \"/a\\\"\\\\\\n\\u0009\\u0001\xEF\xBF\xBD\\u007f\\u009b\",\n"
        "  \"list\": [\n    -1,\n    18446744073709551615,\n    0.1,\n    5,\n    1e-04,\n    1700000000,\n"
        "    null,\n    true,\n    null\n  ],\n  \"none\": {},\n  \"nothing\": []\n}");
}

TEST_CASE("json: members keep their order, and ill-formed keys are mended") {
  Json json;
  json["b"] = 1;
  json["a\xFF"] = 2;
  CHECK(dump(json) == "{\"b\":1,\"a\xEF\xBF\xBD\":2}");
}

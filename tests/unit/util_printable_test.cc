// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "util/printable.h"

using routemeter::util::printable;

TEST_CASE("printable: what a terminal would act on becomes text") {
  CHECK(printable("plain /caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "plain /caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  CHECK(printable("a\x1B[2J\x7F\n") == "a\\x1B[2J\\x7F\\x0A");
  CHECK(printable("\xC2\x9B") == "\\xC2\\x9B");
  CHECK(printable("\xFF\xC3") == "\\xFF\\xC3");
}

TEST_CASE("printable: what deceives the eye becomes text") {
  CHECK(printable("/a\xE2\x80\xAE"
                  "b") ==
        "/a\\xE2\\x80\\xAE"
        "b");                                                                  // U+202E, right to left
  CHECK(printable("\xE2\x81\xA6") == "\\xE2\\x81\\xA6");                       // U+2066, an isolate
  CHECK(printable("/admin\xE2\x80\x8B") == "/admin\\xE2\\x80\\x8B");           // U+200B, zero width
  CHECK(printable("\xEF\xBB\xBFx") == "\\xEF\\xBB\\xBFx");                     // U+FEFF
  CHECK(printable("\xD8\x9C") == "\\xD8\\x9C");                                // U+061C
  CHECK(printable("\xE2\x80\xA8") == "\\xE2\\x80\\xA8");                       // U+2028
  CHECK(printable("\xE2\x80\x90\xE2\x80\xA6") == "\xE2\x80\x90\xE2\x80\xA6");  // a hyphen, an ellipsis
}

TEST_CASE("printable: cut at a character") {
  CHECK(printable("abc", 2) == "ab...");
  CHECK(printable("a\xC3\xA9x", 2) == "a\xC3\xA9...");
}

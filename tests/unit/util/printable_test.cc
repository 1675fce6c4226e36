// SPDX-License-Identifier: Apache-2.0
#include "util/printable.h"

#include <catch2/catch.hpp>

using routemeter::util::printable;

TEST_CASE("printable: what a terminal would act on becomes text") {
  CHECK(printable("plain /caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "plain /caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  CHECK(printable("a\x1B[2J\x7F\n") == "a\\x1B[2J\\x7F\\x0A");
  CHECK(printable("\xC2\x9B") == "\\xC2\\x9B");
  CHECK(printable("\xFF\xC3") == "\\xFF\\xC3");
}

TEST_CASE("printable: what deceives the eye becomes text") {
  CHECK(printable("/a\u202Eb") == "/a\\u{202E}b");  // right to left
  CHECK(printable("/admin\u200B\u2066\uFEFF\u061C\u2028") ==
        "/admin\\u{200B}\\u{2066}\\u{FEFF}\\u{61C}\\u{2028}");
  CHECK(printable("\U000E0041") == "\\u{E0041}");
  CHECK(printable("\u2010\u2026\u2070") == "\u2010\u2026\u2070");  // a hyphen, an ellipsis, a small zero
}

TEST_CASE("printable: cut at a character") {
  CHECK(printable("abc", 2) == "ab...");
  CHECK(printable("a\xC3\xA9x", 2) == "a\xC3\xA9...");
}

// SPDX-License-Identifier: Apache-2.0
#include "app/status/status_html.h"

#include <limits>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace routemeter::app {
namespace {

constexpr double kNow = 1793534405;  // 2026-11-01 12:00:05 UTC

TEST_CASE("text from outside is harmless in HTML") {
  struct Case {
    std::string raw, html;
  };
  const std::vector<Case> cases = {
      {"", ""},
      {"/items/{id}", "/items/{id}"},
      {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
      {"\"><img src=x onerror='x'>", "&quot;&gt;&lt;img src=x onerror=&#39;x&#39;&gt;"},
      {"&lt;", "&amp;lt;"},
      {"\x1b[2J\x07\r\n\t\x7f", "\\x1B[2J\\x07\\x0D\\x0A\\x09\\x7F"},
      {std::string("\0", 1), "\\x00"},
      {"\xff\xc0\xaf", "\\xFF\\xC0\\xAF"},
      {"\xc2\x9b", "\\xC2\\x9B"},
      {"caf\u00e9 \u65e5\u672c \U0001F600", "caf\u00e9 \u65e5\u672c \U0001F600"},
      {"a\u202egpj.exe", "a\\u{202E}gpj.exe"},
      {"\u061c\u200b\u2028\u2066\ufeff\U000E0041", "\\u{61C}\\u{200B}\\u{2028}\\u{2066}\\u{FEFF}\\u{E0041}"},
      {"\u200a\u2010\u2027\u202f\u205f\u2070", "\u200a\u2010\u2027\u202f\u205f\u2070"},  // their neighbours
  };
  for (const Case& c : cases) CHECK(html(c.raw) == c.html);
  CHECK(html("<<<<", 2) == "&lt;&lt;...");
  CHECK(html_lines("a.yaml:1:2: <no>\n\n  ^~~\x1b\n") == "a.yaml:1:2: &lt;no&gt;\n\n  ^~~\\x1B\n");
}

TEST_CASE("sizes as people read them") {
  CHECK(byte_size(0) == "0 bytes");
  CHECK(byte_size(1) == "1 byte");
  CHECK(byte_size(1023) == "1,023 bytes");
  CHECK(byte_size(1024) == "1.0 KiB");
  CHECK(byte_size(1536) == "1.5 KiB");
  CHECK(byte_size((1U << 20) - 1) == "1.0 MiB");
  CHECK(byte_size(3ULL << 30) == "3.0 GiB");
  CHECK(byte_size(std::numeric_limits<std::uint64_t>::max()) == "16.0 EiB");
}

TEST_CASE("times as people read them") {
  CHECK(duration_text(0) == "0 s");
  CHECK(duration_text(59.9) == "59 s");
  CHECK(duration_text(60) == "1 min");
  CHECK(duration_text(3599) == "59 min");
  CHECK(duration_text(7200) == "2 h");
  CHECK(duration_text(7500) == "2 h 5 min");
  CHECK(duration_text(90061) == "1 d 1 h");
  CHECK(duration_text(-1) == "0 s");
  CHECK(utc(kNow) == "2026-11-01 12:00:05 UTC");
  CHECK(utc(0) == "1970-01-01 00:00:00 UTC");
  CHECK(ago(kNow - 125, kNow, "never") ==
        "<time datetime=\"2026-11-01T11:58:00Z\" title=\"2026-11-01 11:58:00 UTC\">2 min ago</time>");
  CHECK(ago(kNow - 0.5, kNow, "never").find(">just now<") != std::string::npos);
  CHECK(ago(kNow + 60, kNow, "never").find(">in 1 min<") != std::string::npos);
  // A log can say any time.
  for (const double when : {-1.0, 1e18, 253402300800.0, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    CHECK(ago(when, kNow, "never") == "never");
    CHECK(utc(when).empty());
  }
}

}  // namespace
}  // namespace routemeter::app

// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/segment.h"

#include <catch2/catch.hpp>

#include "tools/learn/route_words.h"

namespace routemeter::learn {
namespace {

TEST_CASE("kind_of") {
  struct Case {
    const char* text;
    Kind kind;
  };
  const Case cases[] = {
      {"42", Kind::kInt},
      {"0", Kind::kInt},
      {"20261124", Kind::kInt},
      {"6ba7b810-9dad-11d1-80b4-00c04fd430c8", Kind::kUuid},
      {"6BA7B810-9DAD-11D1-80B4-00C04FD430C8", Kind::kUuid},
      {"507f1f77bcf86cd799439011", Kind::kHex},
      {"3f2a9c1", Kind::kHex},
      {"d41d8cd98f00b204e9800998ecf8427e", Kind::kHex},
      {"01ARZ3NDEKTSV4RRFFQ69G5FAV", Kind::kUlid},
      {"2026-11-24", Kind::kDate},
      {"2026-11", Kind::kDate},
      {"2026-11-24T10:00:00Z", Kind::kDate},
      {"anna.lee@example.com", Kind::kEmail},
      {"dQw4w9WgXcQ", Kind::kToken},
      {"aB3dE5fG7hI9jK1lM3nO5", Kind::kToken},
      {"V1StGXR8_Z5jdHi6B-myT", Kind::kToken},
      {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", Kind::kToken},
      {"cus_NffrFeUfNV2Hib", Kind::kToken},
      {"a b", Kind::kOdd},
      {"{id}", Kind::kOdd},
      {"a\x01", Kind::kOdd},
      {"\xff", Kind::kOdd},
      {":id", Kind::kOdd},
      // Words, however much they look like something else.
      {"", Kind::kWord},
      {"items", Kind::kWord},
      {"facade", Kind::kWord},
      {"deadbeef", Kind::kWord},
      {"face2face", Kind::kWord},
      {"anna_lee1984", Kind::kWord},
      {"v1", Kind::kWord},
      {"oauth2", Kind::kWord},
      {"sha256", Kind::kWord},
      {"getUserProfileById2", Kind::kWord},
      {"ConfigurationVariables", Kind::kWord},
      {"top-10-tips-for-2026", Kind::kWord},
      {"my-post-12345", Kind::kWord},
      {"en", Kind::kWord},
      {"de-AT", Kind::kWord},
      {"@anna", Kind::kWord},
      {"\xc3\xbc"
       "ber-uns",
       Kind::kWord},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(static_cast<char>(kind_of(c.text)) == static_cast<char>(c.kind));
  }
}

TEST_CASE("composite_of") {
  const auto shown = [](std::string_view word) {
    std::string out;
    for (const char c : composite_of(word)) out += c == kMark ? '%' : c;
    return out;
  };
  CHECK(shown("report-42.pdf") == "report-%i.pdf");
  CHECK(shown("app.3f2a9c.js") == "app.%x.js");
  CHECK(shown("main.a9f3c2d4e5b60718.chunk.css") == "main.%x.chunk.css");
  CHECK(shown("backup-2026-11-24.tar.gz") == "backup-%d.tar.gz");
  CHECK(shown("avatar_6ba7b810-9dad-11d1-80b4-00c04fd430c8.png") == "avatar_%u.png");
  CHECK(shown("logstash-1.0.17-flat.jar") == "logstash-%n-flat.jar");
  CHECK(shown("1.2.3") == "%n");
  CHECK(shown("52.52,13.40") == "%n,%n");
  CHECK(shown("10.0.0.1") == "%n");
  CHECK(shown("10-20") == "%n");
  CHECK(shown("my-post-12345") == "my-post-%i");
  CHECK(shown("oauth2") == "");
  CHECK(shown("items") == "");
  CHECK(shown("v1") == "");
}

TEST_CASE("extension_of and is_static_file") {
  CHECK(extension_of("logo.PNG") == "PNG");
  CHECK(extension_of(".env") == "");
  CHECK(extension_of("john.doe") == "");
  CHECK(extension_of("jwks.json") == "json");
  CHECK(is_static_file("index.html"));
  CHECK_FALSE(is_static_file("index.php"));
  CHECK_FALSE(is_static_file("data.json"));
}

TEST_CASE("words") {
  CHECK(is_plural("users"));
  CHECK(is_plural("categories"));
  CHECK_FALSE(is_plural("status"));
  CHECK_FALSE(is_plural("access"));
  CHECK_FALSE(is_plural("settings"));
  CHECK(is_locale("en"));
  CHECK(is_locale("pt_BR"));
  CHECK(is_locale("zh-Hans"));
  CHECK_FALSE(is_locale("me"));
  CHECK_FALSE(is_locale("en-route"));
  CHECK(is_service_prefix("v1"));
  CHECK(is_service_prefix("api3"));
  CHECK_FALSE(is_service_prefix("2.0"));
  CHECK_FALSE(is_service_prefix(""));
  CHECK_FALSE(is_service_prefix("vendors"));
  CHECK(is_scanner_word(".git"));
  CHECK(is_scanner_word(".env.local"));
  CHECK_FALSE(is_scanner_word(".well-known"));
  CHECK(singular_of("items") == "item");
  CHECK(singular_of("categories") == "category");
  CHECK(singular_of("addresses") == "address");
  CHECK(singular_of("movies") == "movie");
  CHECK(singular_of("order-lines") == "order_line");
  CHECK(singular_of("lineItems") == "line_item");
  CHECK(singular_of("boxes") == "box");
  CHECK(singular_of("news") == "news");
  CHECK(singular_of("2fa") == "fa");
}

}  // namespace
}  // namespace routemeter::learn

// SPDX-License-Identifier: Apache-2.0
#include "route/path/path.h"

#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "route/path/path_end.h"
#include "support/naive_path.h"
#include "util/utf8.h"

namespace routemeter::route {
namespace {

RawPath cut(std::string_view target) { return cut_target(target); }

std::string path_of(std::string_view target) {
  std::string scratch;
  return std::string(decode_path(cut(target), scratch));
}

TEST_CASE("target to path") {
  const auto [target, path] = GENERATE(table<std::string, std::string>({
      {"/", "/"},
      {"/items/1", "/items/1"},
      {"/items/1?q=x", "/items/1"},
      {"/items/1#top", "/items/1"},
      {"/items?a#b", "/items"},
      {"/items#a?b", "/items"},
      {"?x=1", ""},
      {"/?", "/"},
      {"//items/1", "//items/1"},
      {"/items/../items/1", "/items/../items/1"},
      {"/a%20b", "/a b"},
      {"/a+b", "/a+b"},
      {"/items/5%2F6", "/items/5/6"},
      {"/items/5%2f6", "/items/5/6"},
      {"/what%3Fthis%23that", "/what?this#that"},
      {"/100%", "/100%"},
      {"/100%2", "/100%2"},
      {"/100%zz", "/100%zz"},
      {"/%%41", "/%A"},
      {"/%2541", "/%41"},
      {"/caf%C3%A9", "/caf\xC3\xA9"},
      {"/caf\xC3\xA9", "/caf\xC3\xA9"},
      {"/q?x=%C3\xFF", "/q"},
      {"/a%0Ab", "/a\nb"},
      {"*", "*"},
      {"example.org:443", "example.org:443"},
      {"http://example.org/x?y", "/x"},
      {"http://example.org/x%20y", "/x y"},
      {"HTTP://example.org", "/"},
      {"http://example.org?x", "/"},
      {"http://example.org#x", "/"},
      {"http://", "/"},
      {"https://user@[::1]:80/x", "/x"},
      {"h+t-t.p2://h/x", "/x"},
      {"2http://h/x", "2http://h/x"},
      {"/http://h/x", "/http://h/x"},
      {"http:/h/x", "http:/h/x"},
      {"a?b://c/d", "a"},
      // Python: bytes.decode(errors="replace")
      {"/%FF", "/\xEF\xBF\xBD"},
      {"/%C3", "/\xEF\xBF\xBD"},
      {"/%C3x", "/\xEF\xBF\xBDx"},
      {"/%E2%82x", "/\xEF\xBF\xBDx"},
      {"/%ED%A0%80", "/\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"/%F0%9F%98%80", "/\xF0\x9F\x98\x80"},
      {"/%C0%AF", "/\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"/%F4%90%80%80", "/\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"/\xC3%A9", "/\xC3\xA9"},
  }));
  CAPTURE(target);
  CHECK(path_of(target) == path);
  CHECK(testing::naive_path(target) == path);
}

TEST_CASE("a NUL byte is a byte like any other") {
  const std::string decoded = path_of("/a%00b");
  CHECK(decoded == std::string("/a\0b", 4));
}

TEST_CASE("whether there is anything to decode is told from what stands before the cut") {
  const auto [target, plain] = GENERATE(table<std::string, bool>({
      {"/0123456789abcdef?%41", true},
      {"/0123456789abcdef%41?", false},
      {"/01234567\xC3\xA9?", false},
      {"/a?\xFF", true},
      {"/a#%41", true},
      {"/%41", false},
      {"/a%", false},
  }));
  CAPTURE(target);
  CHECK(cut(target).plain == plain);
}

TEST_CASE("the label of a path without a handler is the library's") {
  const auto [path, label] = GENERATE(table<std::string, std::string>({
      {"/nope", "/nope"},
      {"/a?b", "/a"},
      {"/a#b", "/a"},
      {"/a\nb\tc\rd", "/abcd"},
      {"*", "/*"},
      {"example.org:443", "/example.org:443"},
      {"", "/"},
      {"\n", "/"},
      {"?", "/"},
      {"\n/a", "/a"},
      {"//a", "//a"},
      {"\n\nx\n", "/x"},
  }));
  CAPTURE(path);
  std::string scratch;
  CHECK(untemplated_label(path, scratch) == label);
}

TEST_CASE("random targets decode as the naive way does, and always to UTF-8") {
  std::mt19937 random(20240101);  // NOLINT: the same targets every time
  const std::string bytes = "/ab%%%2f3AEFce9?#:.\xC3\xA9\xFF\xED\x80\n";
  std::string target;
  for (int i = 0; i < 100000; ++i) {
    target.clear();
    if (i % 16 == 0) target = "http://h";
    for (auto n = random() % 40; n > 0; --n) target += bytes[random() % bytes.size()];
    const std::string path = path_of(target);
    if (path != testing::naive_path(target) || !util::utf8_valid(path)) {
      CAPTURE(target);
      REQUIRE(path == testing::naive_path(target));
      REQUIRE(util::utf8_valid(path));
    }
  }
}

TEST_CASE("the segments of paths of any length") {
  for (std::size_t size = 1; size < 150; ++size) {
    for (std::size_t every = 1; every < 150; every += 3) {
      std::string path(size, 'x');
      std::vector<std::size_t> expected;
      for (std::size_t i = 0; i < size; i += every) {
        path[i] = '/';
        if (i != 0) expected.push_back(i);
      }
      expected.push_back(size);
      std::vector<std::size_t> found;
      for (Place place = Place::first(segment_ends(path)); place.at != path.size();) {
        found.push_back(place.segment_end(path));
        const Place next = place.behind(found.back());
        const Place again = place.far_behind(found.back());
        REQUIRE((next.at == again.at && next.ends == again.ends));
        place = next;
      }
      CAPTURE(path);
      REQUIRE(found == expected);
    }
  }
}

}  // namespace
}  // namespace routemeter::route

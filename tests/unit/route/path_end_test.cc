// SPDX-License-Identifier: Apache-2.0
#include "route/path/path_end.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>

#include <catch2/catch.hpp>

namespace routemeter::route {
namespace {

// What PathFinder has to find, byte by byte.
struct Expected {
  explicit Expected(const std::string& text) : size(std::min(text.find_first_of("?#"), text.size())) {
    for (std::size_t i = 0; i <= size; ++i) {
      if (i < kEndsBytes && (i == size || text[i] == '/')) ends |= SegmentEnds{1} << i;
      if (i < size && (text[i] == '%' || static_cast<unsigned char>(text[i]) >= 0x80)) plain = false;
    }
  }

  std::size_t size;
  SegmentEnds ends = 0;
  bool plain = true;
};

// `behind` bytes after the text may be read; the buffer ends there, so that ASan sees whatever reads more.
void check(PathFinder::Find find, const std::string& text, std::size_t behind) {
  const Expected expected(text);
  const std::unique_ptr<char[]> buffer(new char[text.size() + behind]);
  std::memcpy(buffer.get(), text.data(), text.size());
  std::memset(buffer.get() + text.size(), "/?%"[text.size() % 3], behind);
  const char* const readable_end = behind == 0 ? nullptr : buffer.get() + text.size() + behind;
  const PathEnd end = find({buffer.get(), text.size()}, readable_end);
  if (end.size == expected.size && end.plain == expected.plain && end.ends == expected.ends) return;
  CAPTURE(text, behind, end.size, end.plain, end.ends, expected.ends);
  REQUIRE(end.size == expected.size);
  REQUIRE(end.plain == expected.plain);
  REQUIRE(end.ends == expected.ends);
}

void check_all(const std::string& text) {
  for (const PathFinder::Find find : PathFinder::ways()) {
    for (const std::size_t behind : std::initializer_list<std::size_t>{0, 1, 15, 63, 64, 200})
      check(find, text, behind);
  }
}

TEST_CASE("every way to find a path's end finds what a look at each byte finds") {
  std::mt19937 random(5);  // NOLINT: the same texts every time
  const std::string bytes = "/abcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (int i = 0; i < 20000; ++i) {
    std::string text = i % 8 == 0 ? "" : "/";
    for (auto n = random() % (i % 4 == 0 ? 260 : 90); n > 0; --n) {
      text += random() % 6 == 0 ? '/' : bytes[random() % bytes.size()];
    }
    for (auto n = random() % 3; n > 0 && !text.empty(); --n) {
      text[random() % text.size()] = "?#%\xC3\xFF/\0\n"[random() % 8];
    }
    check_all(text);
  }
}

TEST_CASE("ends at the borders of steps") {
  for (std::size_t size = 0; size < 200; ++size) {
    check_all(std::string(size, 'a'));
    check_all(std::string(size, '/'));
    check_all("/" + std::string(size, 'a') + "?x=/%");
    check_all("/" + std::string(size, 'a') + "%");
    check_all("/" + std::string(size, 'a') + "/#");
  }
}

}  // namespace
}  // namespace routemeter::route

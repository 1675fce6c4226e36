// SPDX-License-Identifier: Apache-2.0
#include "route/tree/trie.h"

#include <array>
#include <string>
#include <tuple>
#include <vector>

#include <catch2/catch.hpp>

#include "route/template/template.h"
#include "route/tree/segment_hash.h"
#include "unit/route/support.h"

namespace routemeter::route {
namespace {

std::vector<TemplatePart> parts_of(const std::string& text) {
  auto parts = parse_template(text);
  REQUIRE(parts);
  return *parts;
}

TEST_CASE("what each template takes") {
  const auto [text, path, expected] = GENERATE(table<std::string, std::string, bool>({
      {"/", "/", true},
      {"/", "//", false},
      {"/a", "/a", true},
      {"/a", "/a/", false},
      {"/a/", "/a/", true},
      {"/a//b", "/a//b", true},
      {"/a//b", "/a/b", false},
      {"/{x}", "/", false},
      {"/{x}", "/\n", true},
      {"/{x}", "/a/b", false},
      {"/{x}/{y}", "/a/b", true},
      {"/{x}/{y}", "/a/", false},
      {"/{n:int}", "/0042", true},
      {"/{n:int}", "/-1", false},
      {"/{n:int}", "/4x", false},
      {"/{n:float}", "/4", true},
      {"/{n:float}", "/4.25", true},
      {"/{n:float}", "/4.", false},
      {"/{n:float}", "/.5", false},
      {"/{n:float}", "/1.2.3", false},
      {"/{u:uuid}", "/0c1b2a3d-4e5f-6789-ABCD-0123456789ab", true},
      {"/{u:uuid}", "/0c1b2a3d4e5f6789abcd0123456789ab", false},
      {"/{u:uuid}", "/0c1b2a3d-4e5f-6789-abcd-0123456789ag", false},
      {"/files/{p:path}", "/files/", true},
      {"/files/{p:path}", "/files/a/b//c", true},
      {"/files/{p:path}", "/files", false},
      {"/files/{p:path}", "/files/a\nb", false},
      {"/files/v{p:path}", "/files/v", true},
      {"/files/v{p:path}", "/files/vx/y", true},
      {"/files/v{p:path}", "/files/x", false},
      {"/files/{id}.pdf", "/files/7.pdf", true},
      {"/files/{id}.pdf", "/files/.pdf", false},
      {"/files/{id}.pdf", "/files/.pdf.pdf", true},
      {"/files/{id}.pdf", "/files/7.pdfx", false},
      {"/v{n:int}/x", "/v12/x", true},
      {"/v{n:int}/x", "/v/x", false},
      {"/a/{x}-{y}", "/a/1-2", true},
      {"/a/{x}-{y}", "/a/1-2-3", true},
      {"/a/{x}-{y}", "/a/--1", true},
      {"/a/{x}-{y}", "/a/--", false},
      {"/a/{x}-{y}", "/a/---", true},
      {"/a/{x}-{y}", "/a/-1", false},
      {"/a/{x}-{y}", "/a/1-", false},
      {"/a/{x}{y}", "/a/1", false},
      {"/a/{x}{y}", "/a/12", true},
      {"/a/{x}{y}", "/a/\xC3\xA9", false},
      {"/a/{x}{y}", "/a/\xC3\xA9z", true},
      {"/a/{x}ab{y}ab", "/a/1ab2ab", true},
      {"/a/{x}ab{y}ab", "/a/1abab", false},
      {"/a/{x}ab{y}ab", "/a/1ababab", true},
      {"/exactly-16-bytes", "/exactly-16-bytes", true},
      {"/more-than-sixteen-bytes-1", "/more-than-sixteen-bytes-1", true},
      {"/more-than-sixteen-bytes-1", "/more-than-sixteen-bytes-2", false},
      {"/more-than-sixteen-bytes-1-tail", "/more-than-sixteen-bytes-2-tail", false},
      {"/a", std::string("/a\0", 3), false},
      // These the trie leaves to RE2.
      {"/a/{p:path}/b", "/a/x/y/b", true},
      {"/a/{p:path}/b", "/a//b", true},
      {"/a/{p:path}/b", "/a/b", false},
      {"/{x:int}{y}", "/12", true},
      {"/{x:int}{y}", "/1", false},
      {"/{x:int}-{y}/z.", "/1-b/z.", true},
      {"/{x:int}-{y}/z.", "/1-b/zz", false},
  }));
  CAPTURE(text, path);
  model::RuleFile file;
  model::Rule rule;
  rule.pattern = text;
  rule.handler = text;
  file.routes = {rule};
  file.options.redirect_slashes = false;
  testing::Routes routes(file);
  CHECK((routes.ask("GET", path) == text) == expected);
}

TEST_CASE("which templates the trie holds") {
  Trie trie;
  CHECK(trie.add(parts_of("/a/{b}/{c:int}.x/{d:path}"), {~0ULL, 0}));
  CHECK(trie.add(parts_of("/a/{b}-{c}"), {~0ULL, 1}));
  CHECK_FALSE(trie.add(parts_of("/a/{b:path}/c"), {~0ULL, 2}));
  CHECK_FALSE(trie.add(parts_of("/a/{b}{c:path}"), {~0ULL, 3}));
  CHECK_FALSE(trie.add(parts_of("/a/{b:int}{c}"), {~0ULL, 4}));
}

TEST_CASE("ten thousand rules with the same beginning are told apart") {
  Trie trie;
  for (RuleIndex i = 0; i < 10000; ++i) {
    REQUIRE(trie.add(parts_of("/api/resource-with-a-long-name-" + std::to_string(i) + "/{id}"), {~0ULL, i}));
  }
  trie.freeze();
  for (RuleIndex i = 0; i < 10000; i += 7) {
    std::string buffer = "/api/resource-with-a-long-name-" + std::to_string(i) + "/42";
    const std::size_t size = buffer.size();
    buffer.append(Trie::kReadBehind, 'x');
    const std::string_view path(buffer.data(), size);
    REQUIRE(trie.search(path, segment_ends(path), {1, 0}).full == i);
  }
}

// Sixteen letters with the hash of all others that this makes: what a bit changes in the second half is
// undone in the first.
std::string same_hash(std::uint32_t number) {
  std::string text(16, 'A');
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    if ((number >> bit & 1) == 0) continue;
    constexpr std::array<std::uint32_t, 4> kLetterBits = {0, 3, 4, 5};
    const std::uint32_t at = bit / 4 * 8 + kLetterBits[bit % 4];
    const std::uint32_t undo = (at + 29) % 64;
    text[8 + at / 8] = static_cast<char>(text[8 + at / 8] ^ (1 << at % 8));
    text[undo / 8] = static_cast<char>(text[undo / 8] ^ (1 << undo % 8));
  }
  return text;
}

TEST_CASE("segments with the same hash are told apart") {
  const auto hash_of = [](const std::string& text) {
    return segment_hash({(text + std::string(16, '\0')).data(), text.size()});
  };
  const std::uint64_t hash = hash_of(same_hash(0));
  Trie trie;
  constexpr RuleIndex kRules = 40;  // more than a bucket has tags
  for (RuleIndex i = 0; i < kRules; ++i) {
    REQUIRE(hash_of(same_hash(i * 7919)) == hash);
    REQUIRE(trie.add(parts_of("/x/" + same_hash(i * 7919) + "/{id}"), {~0ULL, i}));
  }
  // One more in their bucket, with another tag.
  std::string other;
  for (int i = 0; other.empty(); ++i) {
    const std::string text = "z" + std::to_string(i);
    const bool same_bucket = hash_bucket(hash_of(text), 0xfff) == hash_bucket(hash, 0xfff);
    if (same_bucket && hash_tag(hash_of(text)) != hash_tag(hash)) other = text;
  }
  REQUIRE(trie.add(parts_of("/x/" + other + "/{id}"), {~0ULL, kRules}));
  trie.freeze();
  for (RuleIndex i = 0; i <= kRules + 1; ++i) {
    std::string buffer = "/x/" + (i == kRules ? other : same_hash(i * 7919)) + "/42";
    const std::size_t size = buffer.size();
    buffer.append(Trie::kReadBehind, 'x');
    const std::string_view path(buffer.data(), size);
    CHECK(trie.search(path, segment_ends(path), {1, 0}).full == (i <= kRules ? i : kNoRule));
  }
}

TEST_CASE("patterns that are templates in disguise") {
  const auto [pattern, shown] = GENERATE(table<std::string, std::string>({
      {"/static/.*", "/static/ *"},
      {"^/health$", "/health"},
      {"/items/[^/]+/v\\.1", "/items/ s /v.1"},
      {"/n/[0-9]+", "/n/ i"},
      {"/n/\\d+x", "/n/ i x"},
      {"/a-b_c~d", "/a-b_c~d"},
      {"/caf\xC3\xA9", "/caf\xC3\xA9"},
      {"/a\\$", "/a$"},
      {"/a.*b", "/a * b"},
      {".*", ""},
      {"/a+", ""},
      {"/a.", ""},
      {"/a?", ""},
      {"/(a)", ""},
      {"/a|/b", ""},
      {"/[^/]*", ""},
      {"/[^/]+?", ""},
      {"/.*?", ""},
      {"/a{2}", ""},
      {"/a\\.+", ""},
      {"/\\w+", ""},
      {"/\\Qa", ""},
      {"/a$b", ""},
      {"/\xFF", ""},
      {"(?i)/a", ""},
      {"", ""},
  }));
  CAPTURE(pattern);
  std::string text;
  if (const auto parts = simple_pattern(pattern)) {
    for (const TemplatePart& part : *parts) {
      if (!text.empty()) text += ' ';
      text += part.is_literal ? part.literal : std::string(1, "s*ifu"[static_cast<int>(part.converter)]);
    }
  }
  CHECK(text == shown);
}

}  // namespace
}  // namespace routemeter::route

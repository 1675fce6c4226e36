// SPDX-License-Identifier: Apache-2.0
#include "route/memo.h"

#include <string>

#include <catch2/catch.hpp>

namespace routemeter::route {
namespace {

Decision decision(LabelId label) {
  Decision d;
  d.outcome = Outcome::kTemplated;
  d.label = label;
  d.rule = static_cast<std::int32_t>(label);
  return d;
}

TEST_CASE("a decision is kept when its request comes a second time") {
  Memo memo;
  const Memo::Key key{"/a", 1, 0};
  CHECK_FALSE(memo.find(key));
  memo.put(key, decision(7));
  CHECK_FALSE(memo.find(key));
  memo.put(key, decision(7));
  REQUIRE(memo.find(key));
  CHECK(memo.find(key)->label == 7);
  CHECK(memo.find(key)->rule == 7);
  CHECK(memo.find(key)->outcome == Outcome::kTemplated);
}

TEST_CASE("method, host and every byte count") {
  Memo memo;
  const std::string path = "/twenty/bytes/of/it";
  for (int twice = 0; twice < 2; ++twice) memo.put({path, 1, 0}, decision(1));
  CHECK(memo.find({path, 1, 0}));
  CHECK_FALSE(memo.find({path, 2, 0}));
  CHECK_FALSE(memo.find({path, 1, 1}));
  CHECK_FALSE(memo.find({path.substr(1), 1, 0}));
  for (std::size_t i = 0; i < path.size(); ++i) {
    std::string other = path;
    other[i] ^= 1;
    CHECK_FALSE(memo.find({other, 1, 0}));
  }
}

TEST_CASE("many requests: what is found is right, whatever was overwritten") {
  Memo memo;
  std::size_t found = 0;
  for (int round = 0; round < 4; ++round) {
    for (LabelId i = 0; i < 3 * Memo::kSlots; ++i) {
      const std::string path = "/items/" + std::to_string(i);
      const auto kept = memo.find({path, 1, 0});
      if (kept) {
        ++found;
        if (kept->label != i) FAIL("another request's decision");
      } else {
        memo.put({path, 1, 0}, decision(i));
      }
    }
  }
  CHECK(found < 3U * 3 * Memo::kSlots);
  const std::string path = "/items/last";
  for (int twice = 0; twice < 2; ++twice) memo.put({path, 1, 0}, decision(5));
  CHECK(memo.find({path, 1, 0}));
  // Requests that come once throw nothing out.
  for (int i = 0; i < 200000; ++i) memo.put({"/scan/" + std::to_string(i), 1, 0}, decision(1));
  CHECK(memo.find({path, 1, 0}));
}

TEST_CASE("paths that are too long are not kept") {
  Memo memo;
  const std::string fits(Memo::kMaxPath, 'x');
  const std::string longer(Memo::kMaxPath + 1, 'x');
  for (int twice = 0; twice < 2; ++twice) {
    memo.put({fits, 1, 0}, decision(1));
    memo.put({longer, 1, 0}, decision(1));
  }
  CHECK(memo.find({fits, 1, 0}));
  CHECK_FALSE(memo.find({longer, 1, 0}));
}

}  // namespace
}  // namespace routemeter::route

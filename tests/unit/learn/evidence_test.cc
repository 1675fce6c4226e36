// SPDX-License-Identifier: Apache-2.0
#include "tools/learn/evidence.h"

#include <string>

#include <catch2/catch.hpp>

namespace routemeter::learn {
namespace {

TEST_CASE("a method is the route's when it was answered, or refused and never unknown") {
  Ends ends;
  const auto add = [&](const char* method, unsigned status) {
    ends.add(method_of(method), proof_of(status));
  };
  add("POST", 201);
  add("GET", 200);
  add("GET", 404);
  add("DELETE", 403);
  add("PUT", 403);
  add("PUT", 405);
  add("PATCH", 405);
  add("OPTIONS", 200);
  add("BREW", 200);
  CHECK(ends.of_route() == std::vector<std::string_view>{"GET", "POST", "DELETE"});
  CHECK(ends.proven() == 4);
  CHECK(ends.total() == 9);

  Ends preflight;
  preflight.add(method_of("OPTIONS"), Proof::kAnswered);
  CHECK(preflight.of_route() == std::vector<std::string_view>{"OPTIONS"});
  Ends other;
  other.add(method_of("BREW"), Proof::kAnswered);
  CHECK(other.of_route().empty());
}

TEST_CASE("values are counted exactly while few, and estimated whatever the order and the split") {
  Values all, odd, even;
  for (int i = 0; i < 100; ++i) all.add(std::to_string(i % 50));
  CHECK(all.distinct() == 50);
  CHECK(all.exact());
  CHECK(all.examples() == std::vector<std::string>{"0", "1", "2"});
  for (int i = 0; i < 20000; ++i) {
    all.add(std::to_string(i));
    (i % 2 == 0 ? even : odd).add(std::to_string(i));
  }
  CHECK_FALSE(all.exact());
  CHECK(all.distinct() > 15000);
  CHECK(all.distinct() < 25000);
  odd.merge(even);
  CHECK(odd.distinct() == all.distinct());
}

}  // namespace
}  // namespace routemeter::learn

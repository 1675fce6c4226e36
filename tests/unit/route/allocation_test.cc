// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "unit/route/support.h"

namespace {
thread_local std::size_t allocations = 0;  // NOLINT: counts what the operators below do
}  // namespace

// Not inlined: g++ would see malloc() meet delete, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
// The sanitizers do not send this one to the one above.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace routemeter::route {
namespace {

TEST_CASE("a warm resolver allocates nothing, whatever it is asked") {
  testing::Routes routes(R"(
routes:
  - GET /items/{item_id}
  - {handler: css, pattern: '/.*/x.*\.css', host: cdn.example.org}
  - {handler: word, pattern: '/[a-z]+'}
  - stop: '/sub/.*'
exclude: [admin]
options: {group_untemplated: false}
)");
  const std::vector<std::string> targets = {"/items/7",
                                            "/items/%31?q=x",
                                            "/items/7/",
                                            "/a/xyz.css",
                                            "/word",
                                            "/sub/x",
                                            "/x/admin/y/%C3%A9",
                                            "/none/x/1",
                                            "http://example.org/%41",
                                            "/\xFF%0A/x/y",
                                            "*",
                                            "",
                                            "/" + std::string(5000, '1')};
  const auto ask_all = [&] {
    for (const std::string& target : targets) {
      if (target.find('\xFF') != std::string::npos) continue;  // its repair may allocate
      routes.decide("GET", target, "CDN.example.org:80");
      routes.decide("PROPPATCH", target);
    }
  };
  for (int i = 0; i < 3; ++i) ask_all();
  const std::size_t before = allocations;
  ask_all();
  CHECK(allocations == before);
}

}  // namespace
}  // namespace routemeter::route

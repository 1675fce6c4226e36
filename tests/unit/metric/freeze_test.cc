// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "metric/store/family.h"
#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

std::string made(model::Snapshot frozen) {
  make_samples(frozen);
  return dump(frozen);
}

TEST_CASE("what is frozen is what a snapshot had, however the store goes on") {
  model::RuleFile file = rules({metric("default"), metric("inprogress")});
  file.options.verbatim_methods = true;
  file.labels = {{"zone", "a"}};
  const Subject s(file);
  const std::string at_first = dump(s.store->snapshot());
  const model::Snapshot nothing = s.store->freeze();
  for (const model::Family& family : nothing) {
    CHECK(family.samples.empty());
    CHECK(family.source != nullptr);
  }
  s.see(1, "GET", 200, {.t = 30 * kMs, .in = 5, .out = 7});
  s.see(2, "POST", 500, {.out = 9});
  const std::string then = dump(s.store->snapshot());
  const model::Snapshot frozen = s.store->freeze();
  const model::Snapshot again = s.store->freeze();

  std::string seen;
  std::thread other([&] { seen = made(frozen); });
  for (int i = 0; i < 2000; ++i) {  // new labels of each kind, and known ones
    s.see(s.store->dynamic_handler("/a" + std::to_string(i)), "M" + std::to_string(i % 50), 404, {.t = kMs});
    s.see(1, "GET", 200, {.t = kMs});
  }
  other.join();
  CHECK(seen == then);
  CHECK(made(again) == then);
  CHECK(made(nothing) == at_first);
  CHECK(made(s.store->freeze()) == dump(s.store->snapshot()));
}

TEST_CASE("samples are in the order of their labels, new ones too") {
  model::RuleFile file = rules({metric("requests")});
  const Subject s(file);
  for (const char* const next : {"/m", "/z", "/a", "/n"}) {
    s.see(s.store->dynamic_handler(next), "GET", 200);
    const model::Snapshot now = s.store->snapshot();
    const auto& samples = now[0].samples;
    CHECK(std::is_sorted(samples.begin(), samples.end(),
                         [](const auto& a, const auto& b) { return a.label_values < b.label_values; }));
  }
  CHECK(s.store->snapshot()[0].samples.size() == 4);
}

}  // namespace
}  // namespace routemeter::metric

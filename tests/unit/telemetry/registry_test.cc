// SPDX-License-Identifier: Apache-2.0
#include "telemetry/registry.h"

#include <stdexcept>

#include <catch2/catch.hpp>
#include <prometheus/text_serializer.h>

#include "expose/text/parse.h"
#include "expose/text/text.h"

using namespace routemeter;

namespace {

// One of everything, with label values that need escapes.
void fill(telemetry::Registry& registry) {
  registry.counter("routemeter_b_total", "Counted.").add(3);
  registry.gauge("routemeter_c", "Set.", {{"kind", "real"}}).set(-0.25);
  registry.gauge("routemeter_c", "Set.", {{"kind", "large"}}).set(1733000000.123);
  telemetry::Histogram took = registry.histogram("routemeter_d_seconds", "Observed.", {0.1, 1});
  for (const double seconds : {0.05, 0.1, 0.5, 7.25}) took.observe(seconds);
  registry.collect_from([](telemetry::Collector& out) {
    for (const char* service : {"two", "one"}) {
      out.set_labels({{"service", service}});
      out.counter("routemeter_a_total", "Counted elsewhere.")
          .add(9007199254740991.0, {{"source", "a \"log\"\n\\"}});
      out.gauge("routemeter_empty", "No sample.");
    }
  });
  registry.collect_from(telemetry::collect_process);
}

}  // namespace

TEST_CASE("prometheus-cpp's serializer and ours write the same samples") {
  telemetry::Registry registry;
  fill(registry);
  // Once, so that both see the same numbers of the process.
  const std::vector<prometheus::MetricFamily> families = registry.families();
  const auto theirs = expose::parse_text(prometheus::TextSerializer().Serialize(families), "theirs");
  const auto ours = expose::parse_text(expose::to_page(telemetry::to_snapshot(families)), "ours");
  REQUIRE(theirs);
  REQUIRE(ours);
  REQUIRE(theirs->size() == ours->size());
  CHECK(ours->size() >= 12);
  for (std::size_t i = 0; i < ours->size(); ++i) {
    CHECK(expose::identity_text((*ours)[i]) == expose::identity_text((*theirs)[i]));
    CHECK((*ours)[i].value == Approx((*theirs)[i].value).epsilon(1e-12));
  }
}

TEST_CASE("Families come sorted, each name once, with their samples sorted by labels") {
  telemetry::Registry registry;
  fill(registry);
  std::vector<std::string> names;
  for (const model::Family& family : registry.collect()) {
    if (family.name.starts_with("routemeter_")) names.push_back(family.name);
    if (family.name != "routemeter_a_total") continue;
    CHECK(family.label_names == std::vector<std::string>{"service", "source"});
    REQUIRE(family.samples.size() == 2);
    CHECK(family.samples[0].label_values[0] == "one");
    CHECK(family.samples[1].count == 9007199254740991U);
  }
  CHECK(names == std::vector<std::string>{"routemeter_a_total", "routemeter_b_total", "routemeter_c",
                                          "routemeter_d_seconds", "routemeter_empty"});
}

TEST_CASE("A histogram's buckets are not cumulative and its sum is exact to the nanosecond") {
  telemetry::Registry registry;
  telemetry::Histogram took = registry.histogram("routemeter_d_seconds", "Observed.", {0.1, 1});
  for (const double seconds : {0.05, 0.1, 0.5, 7.25}) took.observe(seconds);
  const model::Snapshot page = registry.collect();
  REQUIRE(page.size() == 1);
  CHECK(page[0].bounds == std::vector<double>{0.1, 1});
  CHECK(page[0].samples[0].buckets == std::vector<std::uint64_t>{2, 1, 1});
  CHECK(page[0].samples[0].count == 4);
  CHECK(page[0].samples[0].sum == model::Sum{7'900'000'000});
}

TEST_CASE("Numbers that are counted elsewhere are read at each scrape") {
  telemetry::Registry registry;
  int lines = 1;
  registry.collect_from([&lines](telemetry::Collector& out) { out.counter("a_total", "A.").add(lines); });
  CHECK(registry.collect()[0].samples[0].count == 1);
  lines = 5;
  CHECK(registry.collect()[0].samples[0].count == 5);
}

TEST_CASE("A name that no metric can have throws") {
  telemetry::Registry registry;
  CHECK_THROWS_AS(registry.counter("not a name", "Wrong."), std::invalid_argument);
}

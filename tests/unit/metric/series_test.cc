// SPDX-License-Identifier: Apache-2.0
// The structures that a request is counted in, against plain ones.
#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <span>

#include <catch2/catch.hpp>

#include "metric/kinds/duration_histograms.h"
#include "metric/series/hash_index.h"
#include "metric/series/series_table.h"
#include "metric/series/series_totals.h"
#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

TEST_CASE("a key has the number it was given, in its row or among the others") {
  std::mt19937_64 random(3);
  const auto rows = GENERATE(0U, 1U, 40U, 100'000U);
  SeriesTable table;
  table.place(rows, GENERATE(10U, 11U));
  std::map<SeriesKey, SeriesId> plain;
  std::vector<SeriesKey> order;
  for (int i = 0; i < 20'000; ++i) {
    // Handlers, methods and statuses on both sides of what has a place.
    const auto handler = static_cast<std::uint32_t>(random() % (random() % 2 == 0 ? 50 : 200'000));
    const auto method = static_cast<std::uint32_t>(random() % 13);
    // Ungrouped statuses come only where no handler has a place.
    const auto status = static_cast<std::uint32_t>(rows == 0 ? 100 + random() % 500 : 1 + random() % 5);
    const SeriesKey key = {handler, method, status};
    const auto [found, is_new] = plain.try_emplace(key, static_cast<SeriesId>(order.size()));
    const SeriesId id = table.find(key);
    if (id != (is_new ? SeriesTable::kNone : found->second)) FAIL(handler << " " << method << " " << status);
    if (!is_new) continue;
    order.push_back(key);
    if (table.add(key) != found->second) FAIL(handler << " " << method << " " << status);
  }
  CHECK(table.keys() == order);
  for (const auto& [key, id] : plain) {
    if (table.find(key) != id) FAIL(id);
  }
}

TEST_CASE("labels are found where they are in the list") {
  std::mt19937_64 random(13);
  const std::vector<std::string> texts = {
      "", "a", "b", "/items/{item_id}", "GET", "2xx", std::string(300, 'x')};
  const auto text = [&]() -> std::string_view { return texts[random() % texts.size()]; };
  std::deque<std::string> paths;  // many different ones, whose texts stay where they are
  HashIndex index;
  std::vector<SeriesLabels> list;
  std::map<SeriesLabels, std::uint32_t> plain;
  for (int i = 0; i < 20'000; ++i) {
    std::string_view handler = text();
    if (random() % 2 == 0) handler = paths.emplace_back("/p" + std::to_string(random() % 3000));
    const SeriesLabels labels{handler, text(), text()};
    const HashIndex::Hash hash = HashIndex::hash_of(labels);
    const auto [known, is_new] = plain.try_emplace(labels, static_cast<std::uint32_t>(list.size()));
    const std::uint32_t found = index.find(labels, hash, list);
    if (found != (is_new ? HashIndex::kNone : known->second)) FAIL(i);
    if (!is_new) continue;
    list.push_back(labels);
    index.add(hash, static_cast<std::uint32_t>(list.size() - 1));
  }
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    if (index.find(list[i], HashIndex::hash_of(list[i]), list) != i) FAIL(i);
  }
}

TEST_CASE("what a series gathers is what was added, and a sum that would not fit is refused") {
  std::mt19937_64 random(5);
  const auto kinds = GENERATE(1U, 5U, 6U, 13U, 14U, 200U);
  struct Plain {
    std::vector<std::uint64_t> counts;
    model::Sum duration = 0;
    model::Sum in = 0;
    model::Sum out = 0;
  };
  SeriesTotals totals(kinds);
  std::vector<Plain> plain;
  std::vector<Plain> taken;
  std::vector<std::uint64_t> counts(kinds);
  const auto take = [&](SeriesId id) {
    SeriesTotals::Sums sums{1, 1, 1};
    if (!totals.take(id, counts, sums)) return false;
    Plain& all = taken[id];
    for (std::size_t kind = 0; kind < kinds; ++kind) all.counts[kind] += counts[kind];
    all.duration += sums.duration_ns;
    all.in += sums.request_size;
    all.out += sums.response_size;
    return true;
  };
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (plain.empty() || random() % 1000 == 0) {
      totals.add_series();
      plain.push_back({std::vector<std::uint64_t>(kinds)});
      taken.push_back(plain.back());
    }
    const auto number = [&random] { return random() % 8 == 0 ? ~(random() % 3) : random() % 1000; };
    const auto id = static_cast<SeriesId>(random() % plain.size());
    const std::size_t kind = random() % kinds;
    const SeriesTotals::Sums request{number(), number(), number()};
    ++plain[id].counts[kind];
    plain[id].duration += request.duration_ns;
    plain[id].in += request.request_size;
    plain[id].out += request.response_size;
    if (totals.add(id, kind, request)) continue;
    ++refused;
    if (!take(id) || !totals.add(id, kind, request)) FAIL("no room after take()");
  }
  CHECK(refused > 100);
  REQUIRE(totals.size() == plain.size());
  for (SeriesId id = 0; id < plain.size(); ++id) {
    take(id);
    CHECK_FALSE(take(id));
    CHECK(taken[id].counts == plain[id].counts);
    CHECK(taken[id].duration == plain[id].duration);
    CHECK(taken[id].in == plain[id].in);
    CHECK(taken[id].out == plain[id].out);
  }
}

TEST_CASE("the bucket among both lists tells that of each") {
  std::mt19937_64 random(11);
  const auto borders = [&random] {
    std::vector<double> seconds;
    const std::size_t count = 1 + random() % 30;
    // Few different ones, so that both lists share some; now and then two within one nanosecond.
    for (std::size_t i = 0; i < count; ++i) seconds.push_back(static_cast<double>(random() % 60) / 20);
    if (random() % 4 == 0) seconds.insert(seconds.end(), {1e-10, 2e-10, 1e300, 1e301});
    std::sort(seconds.begin(), seconds.end());
    seconds.erase(std::unique(seconds.begin(), seconds.end()), seconds.end());
    return seconds;
  };
  for (int round = 0; round < 300; ++round) {
    const Buckets first(borders());
    const Buckets second(borders());
    const JointBuckets joint(first.seconds(), second.seconds());
    for (int i = 0; i < 300; ++i) {
      const auto near = static_cast<double>(random() % 60) / 20;
      const std::uint64_t ns =
          i % 2 == 0 ? decimal_nanoseconds(near) + random() % 3 - 1 : random() >> (random() % 64);
      const std::size_t bucket = joint.find(ns);
      if (bucket < joint.size() && joint.in_first(bucket) == first.find(ns) &&
          joint.in_second(bucket) == second.find(ns)) {
        continue;
      }
      CAPTURE(round, ns);
      CHECK(joint.in_first(bucket) == first.find(ns));
      CHECK(joint.in_second(bucket) == second.find(ns));
    }
  }
}

// Looking at a store must not change what it says later, nor when it is looked at what it says.
TEST_CASE("snapshots, saving and counting in any order give the same") {
  std::mt19937_64 random(23);
  for (int round = 0; round < 30; ++round) {
    model::RuleFile file = rules({metric("default")});
    file.metrics[0].only_2xx_for_highr = round % 2 == 0;
    file.metrics[0].exclude_streaming_duration = round % 3 == 0;
    if (round % 5 == 0) file.metrics[0].lowr_buckets = buckets({0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8});
    file.options.group_status_codes = round % 4 != 0;
    file.limits.families.push_back({"http_requests_total", 6, {}});
    const Subject quiet(file);
    const Subject looked_at(file);
    for (int i = 0; i < 400; ++i) {
      const auto maybe = [&random](std::uint64_t most) -> std::optional<std::uint64_t> {
        if (random() % 4 == 0) return std::nullopt;
        return random() % 20 == 0 ? ~(random() % 9) : random() % most;
      };
      const auto path = "/p" + std::to_string(random() % 9);
      const auto handler = static_cast<std::uint32_t>(random() % 3);
      const bool dynamic = random() % 2 == 0;
      const int status = static_cast<int>(100 + random() % 500);
      const Numbers numbers{maybe(20'000 * kMs), maybe(1000 * kMs), maybe(5000), maybe(1'000'000)};
      for (const Subject* s : {&quiet, &looked_at}) {
        s->see(dynamic ? s->store->dynamic_handler(path) : handler, "GET", status, numbers);
      }
      if (random() % 8 == 0) looked_at.store->snapshot();
      if (random() % 8 == 0) looked_at.store->overflow_counts();
    }
    util::Encoder a;
    util::Encoder b;
    quiet.store->save(a);
    looked_at.store->save(b);
    CHECK(a.bytes() == b.bytes());
    CHECK(quiet.store->overflow_counts() == looked_at.store->overflow_counts());
    CHECK(dump(quiet.store->snapshot()) == dump(looked_at.store->snapshot()));
  }
}

TEST_CASE("requests counted in batches of any size give what one after the other gives") {
  std::mt19937_64 random(29);
  const std::vector<std::string> methods = {"GET", "POST", "FOO", "BAR", "BAZ"};
  for (int round = 0; round < 30; ++round) {
    model::RuleFile file = rules({metric("default"), metric("combined_size"), metric("inprogress")});
    file.options.group_status_codes = round % 2 == 0;
    file.options.verbatim_methods = round % 3 == 0;
    file.limits.max_series = 12;  // which labels become "other" hangs on the order
    const Subject single(file);
    const Subject batched(file);
    std::vector<model::Request> requests;
    std::vector<Counted> counted;
    for (int i = 0; i < 300; ++i) {
      requests.push_back(request(methods[random() % methods.size()], static_cast<int>(100 + random() % 500),
                                 {.t = random() >> (random() % 64), .in = random(), .out = random() % 1000}));
    }
    for (const model::Request& r : requests)
      counted.push_back({&r, static_cast<std::uint32_t>(random() % 3)});
    for (const Counted& one : counted) single.store->observe(one.handler, *one.request);
    for (std::span<const Counted> left = counted; !left.empty();) {
      const std::size_t size = std::min(left.size(), static_cast<std::size_t>(random() % 100));
      batched.store->observe_all(left.first(size));
      left = left.subspan(size);
    }
    CHECK(dump(batched.store->snapshot()) == dump(single.store->snapshot()));
    CHECK(batched.store->overflow_counts() == single.store->overflow_counts());
    CHECK(batched.store->overflowed() == single.store->overflowed());
  }
}

}  // namespace
}  // namespace routemeter::metric

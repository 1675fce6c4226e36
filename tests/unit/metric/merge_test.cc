// SPDX-License-Identifier: Apache-2.0
// The same requests give the same snapshot, in any order and split over any number of stores.
#include <random>

#include <catch2/catch.hpp>

#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

struct Line {
  std::uint32_t handler;  // 0..2, or
  std::string path;       // a dynamic one
  std::string method;
  int status;
  Numbers numbers;
};

std::vector<Line> random_lines(std::mt19937_64& random, std::size_t count) {
  const std::vector<std::string> methods = {"GET", "POST", "PUT", "FOO", "get", "QUERY"};
  const auto maybe = [&random](std::uint64_t most) -> std::optional<std::uint64_t> {
    if (random() % 4 == 0) return std::nullopt;
    return random() % 20 == 0 ? ~std::uint64_t{0} - random() % 9 : random() % most;
  };
  std::vector<Line> lines(count);
  for (Line& line : lines) {
    line.handler = static_cast<std::uint32_t>(random() % 3);
    if (random() % 3 == 0) line.path = "/p" + std::to_string(random() % 20);
    line.method = methods[random() % methods.size()];
    line.status = static_cast<int>(100 + random() % 500);
    line.numbers = {maybe(20'000 * kMs), maybe(1000 * kMs), maybe(5000), maybe(1'000'000)};
  }
  return lines;
}

void feed(const Subject& s, const Line& line) {
  const auto handler = line.path.empty() ? line.handler : s.store->dynamic_handler(line.path);
  s.see(handler, line.method, line.status, line.numbers);
}

model::RuleFile random_rules(std::mt19937_64& random) {
  auto head = metric("latency");
  head.name = "head_seconds";
  head.exclude_streaming_duration = true;
  head.labels = std::vector<std::string>{"status"};
  auto hits = metric("requests");
  hits.name = "hits";
  hits.labels = std::vector<std::string>{"method"};
  auto inprogress = metric("inprogress");
  inprogress.labels = std::vector<std::string>{"handler", "method"};
  auto file = rules({metric("default"), head, hits, metric("combined_size"), inprogress});
  file.options.group_status_codes = random() % 2 == 0;
  file.options.verbatim_methods = random() % 2 == 0;
  if (random() % 2 == 0) file.options.round_latency_decimals = 3;
  file.labels = {{"zone", "a"}};
  file.routes.emplace_back();
  file.routes.back().handler = "/";
  file.routes.back().methods = {"GET", "PURGE"};
  return file;
}

TEST_CASE("any order and any split give the same snapshot") {
  std::mt19937_64 random(42);
  for (int round = 0; round < 40; ++round) {
    const model::RuleFile file = random_rules(random);
    std::vector<Line> lines = random_lines(random, 300);
    const Subject whole(file);
    const bool precreated = round % 3 == 0;
    if (precreated) whole.store->precreate();
    for (const Line& line : lines) feed(whole, line);
    const std::string expected = dump(whole.store->snapshot());

    std::shuffle(lines.begin(), lines.end(), random);
    std::vector<std::unique_ptr<Subject>> parts;
    const std::size_t count = 1 + random() % 6;
    for (std::size_t i = 0; i < count; ++i) parts.push_back(std::make_unique<Subject>(file));
    if (precreated) parts[random() % count]->store->precreate();
    for (const Line& line : lines) feed(*parts[random() % count], line);
    std::shuffle(parts.begin(), parts.end(), random);
    {
      const Subject sum(file);
      for (const auto& part : parts) sum.store->merge(*part->store);
      parts.clear();  // the sum must not look at the parts' texts any more
      CAPTURE(round, count);
      CHECK(dump(sum.store->snapshot()) == expected);
      CHECK(sum.store->series_count() == whole.store->series_count());
      CHECK_FALSE(sum.store->overflowed());
      // And it goes on counting in the same cells.
      feed(sum, lines[0]);
      feed(whole, lines[0]);
      CHECK(dump(sum.store->snapshot()) == dump(whole.store->snapshot()));
    }
  }
}

TEST_CASE("merging overflows when the parts together have too many series") {
  auto file = rules({metric("default")});
  file.limits.max_series = 10;
  const Subject a(file);
  const Subject b(file);
  for (int i = 0; i < 10; ++i) {
    feed(a, {0, "/a" + std::to_string(i), "GET", 200, {.t = kMs}});
    feed(b, {0, "/b" + std::to_string(i), "GET", 200, {.t = kMs}});
  }
  CHECK_FALSE(a.store->overflowed());
  CHECK_FALSE(b.store->overflowed());
  a.store->merge(*b.store);
  CHECK(a.store->overflowed());
  CHECK(a[R"(http_requests_total{handler="other",method="GET",status="2xx"})"] == "10");
  CHECK(a["http_request_duration_highr_seconds_count"] == "20");
  const Subject c(file);
  c.store->merge(*a.store);
  CHECK(c.store->overflowed());
  CHECK(dump(c.store->snapshot()) == dump(a.store->snapshot()));
}

}  // namespace
}  // namespace routemeter::metric

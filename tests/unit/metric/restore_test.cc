// SPDX-License-Identifier: Apache-2.0
// What a store saved goes on in the next one, under the same rules and under others.
#include <memory>
#include <random>
#include <string>

#include <catch2/catch.hpp>

#include "unit/metric/support.h"

namespace routemeter::metric {
namespace {

std::string saved(const Subject& s) {
  util::Encoder out;
  s.store->save(out);
  return out.take();
}
bool restore(const Subject& s, const std::string& bytes) {
  util::Decoder in(bytes);
  return s.store->restore(in) && in.left() == 0;
}

model::MetricSpec requests_by(std::vector<std::string> labels) {
  auto spec = metric("requests");
  spec.labels = std::move(labels);
  return spec;
}
model::RuleFile ungrouped(std::uint64_t max_series) {
  auto file = rules({metric("requests"), metric("default")});
  file.metrics[0].name = "hits";
  file.limits.max_series = max_series;
  return file;
}
std::uint64_t overflow_of(const Subject& s, const std::string& family) {
  for (const auto& [name, count] : s.store->overflow_counts()) {
    if (name == family) return count;
  }
  return ~std::uint64_t{0};
}
const auto kHits = [](const std::string& handler, const std::string& method = "GET") {
  return "hits_total{handler=\"" + handler + "\",method=\"" + method + "\",status=\"2xx\"}";
};

// A family of every kind, with all that may be different in a rule file.
model::RuleFile random_rules(std::mt19937_64& random) {
  auto head = metric("latency");
  head.name = "head_seconds";
  head.buckets = buckets({0.1, 0.5});
  head.labels = std::vector<std::string>{"status"};
  auto inprogress = metric("inprogress");
  inprogress.labels = std::vector<std::string>{"handler", "method"};
  auto hits = requests_by({"method"});
  hits.name = "hits";
  auto file = rules({metric("default"), head, hits, metric("combined_size"), inprogress});
  file.options.group_status_codes = random() % 2 == 0;
  file.options.verbatim_methods = random() % 2 == 0;
  file.limits.max_series = random() % 2 == 0 ? 10000 : 30 + random() % 100;
  file.labels = {{"zone", "a"}};
  file.routes.emplace_back();
  file.routes.back().handler = "/";
  file.routes.back().methods = {"GET", "PURGE"};
  return file;
}

void see_random(const Subject& s, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::vector<std::string> methods = {"GET", "GET", "POST", "BREW", "get", "\xFF\x01"};
  auto handler = static_cast<std::uint32_t>(random() % 3);
  if (random() % 2 == 0) {
    handler =
        s.store->dynamic_handler("/p" + std::to_string(random() % 40) + (random() % 9 == 0 ? "\xC3" : ""));
  }
  Numbers numbers;
  if (random() % 4 != 0) numbers.t = random() % (2000 * kMs);
  if (random() % 4 != 0) numbers.out = random() % 9 == 0 ? ~std::uint64_t{0} : random() % 100'000;
  s.see(handler, methods[random() % methods.size()], static_cast<int>(200 + random() % 4 * 100), numbers);
}

TEST_CASE("a run that was interrupted anywhere shows what an uninterrupted one shows") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 60; ++round) {
    const model::RuleFile file = random_rules(random);
    const bool precreate = random() % 2 == 0;
    const bool before = random() % 2 == 0;
    const Subject whole(file);
    if (precreate) whole.store->precreate();
    auto part = std::make_unique<Subject>(file);
    if (precreate) part->store->precreate();
    for (int line = 0; line < 400; ++line) {
      const std::uint64_t seed = random();
      see_random(whole, seed);
      see_random(*part, seed);
      if (random() % 80 != 0) continue;
      const std::string bytes = saved(*part);
      auto next = std::make_unique<Subject>(file);
      if (precreate && before) next->store->precreate();
      REQUIRE(restore(*next, bytes));
      if (precreate && !before) next->store->precreate();
      part = std::move(next);  // its labels must not be looked at any more
      REQUIRE(dump(part->store->snapshot()) == dump(whole.store->snapshot()));
    }
    CAPTURE(round);
    CHECK(dump(part->store->snapshot()) == dump(whole.store->snapshot()));
    CHECK(part->store->overflow_counts() == whole.store->overflow_counts());
  }
}

TEST_CASE("an empty store, and a store of other metrics alone") {
  const Subject empty(rules({metric("default")}));
  const Subject other(rules({metric("combined_size")}));
  CHECK(restore(other, saved(empty)));
  CHECK(other.page().empty());
  other.see(1, "GET", 200, {.in = 5, .out = 6});
  const Subject next(rules({metric("default")}));
  CHECK(restore(next, saved(other)));
  CHECK(dump(next.store->snapshot()) == dump(empty.store->snapshot()));
}

TEST_CASE("bytes that make no sense change nothing") {
  const auto file = ungrouped(100);
  const Subject before(file);
  for (int i = 0; i < 5; ++i) before.see(before.store->dynamic_handler("/x"), "GET", 200, {.t = kMs});
  const std::string good = saved(before);
  for (std::size_t size = 0; size < good.size(); ++size) {
    const Subject s(file);
    s.see(1, "PUT", 200);
    const std::string untouched = dump(s.store->snapshot());
    CAPTURE(size);
    REQUIRE_FALSE(restore(s, good.substr(0, size)));
    REQUIRE(dump(s.store->snapshot()) == untouched);
    REQUIRE(saved(s) == [&] {
      const Subject fresh(file);
      fresh.see(1, "PUT", 200);
      return saved(fresh);
    }());
  }
  std::mt19937_64 random(3);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    std::string bad = good;
    for (int k = 0; k < 3; ++k) bad[random() % bad.size()] = static_cast<char>(random());
    const Subject s(file);
    refused += restore(s, bad) ? 0 : 1;
    s.see(1, "GET", 200, {.t = kMs});
    s.store->snapshot();
  }
  CHECK(refused > 100);
}

TEST_CASE("a label that is no UTF-8 is refused: it would take the whole page down") {
  const Subject s(ungrouped(100));
  s.see(s.store->dynamic_handler("/x"), "GET", 200);
  std::string bytes = saved(s);
  for (std::size_t at = bytes.find("/x"); at != std::string::npos; at = bytes.find("/x", at))
    bytes[at + 1] = '\xFF';
  const Subject next(ungrouped(100));
  CHECK_FALSE(restore(next, bytes));
}

TEST_CASE("handlers that were added, removed or put in another order") {
  const auto file = ungrouped(100);
  const Subject before(file, every_field(), {"none", "/", "/items/{item_id}"});
  before.see(0, "GET", 200);
  for (int i = 0; i < 2; ++i) before.see(1, "GET", 200, {.t = kMs});
  for (int i = 0; i < 3; ++i) before.see(2, "GET", 200, {.t = kMs, .out = 7});
  const Subject after(file, every_field(), {"/items/{item_id}", "/new", "none"});
  REQUIRE(restore(after, saved(before)));
  CHECK(after.page() == before.page());
  after.see(0, "GET", 200);
  after.see(1, "GET", 200);
  CHECK(after[kHits("/items/{item_id}")] == "4");
  CHECK(after[kHits("/new")] == "1");
  CHECK(after[kHits("/")] == "2");  // removed: still there
  CHECK(after[R"(http_response_size_bytes_sum{handler="/items/{item_id}"})"] == "21");
  // And it comes back where it was, after one more run without it.
  const Subject again(file, every_field(), {"none", "/new"});
  REQUIRE(restore(again, saved(after)));
  const Subject back(file, every_field(), {"none", "/"});
  REQUIRE(restore(back, saved(again)));
  back.see(1, "GET", 200, {.t = 200 * kMs});
  CHECK(back[kHits("/")] == "3");
  CHECK(back[R"(http_request_duration_seconds_count{handler="/",method="GET"})"] == "3");
  CHECK(back[R"(http_request_duration_seconds_bucket{handler="/",method="GET",le="0.1"})"] == "2");
}

TEST_CASE("families go on only when they are the same") {
  auto file = rules({requests_by({"handler", "method"}), metric("latency"), metric("combined_size")});
  file.metrics[1].buckets = buckets({0.1, 1});
  file.metrics[2].labels = std::vector<std::string>{"handler"};
  file.labels = {{"zone", "a"}};
  const std::string hits = "http_requests_total{handler=\"/\",method=\"GET\",zone=\"a\"}";
  const std::string latency =
      "http_request_duration_seconds_count{handler=\"/\",method=\"GET\",status=\"2xx\",zone=\"a\"}";
  const std::string size = "http_combined_size_bytes_sum{handler=\"/\",zone=\"a\"}";
  const Subject before(file);
  before.see(1, "GET", 200, {.t = kMs, .in = 4, .out = 5});
  CHECK(before[size] == "9");
  const std::string bytes = saved(before);
  const auto with = [&bytes](const model::RuleFile& changed) {
    auto after = std::make_unique<Subject>(changed);
    REQUIRE(after->errors.empty());
    REQUIRE(restore(*after, bytes));
    after->see(1, "GET", 200, {.t = kMs, .in = 4, .out = 5});
    return after;
  };
  {
    const auto same = with(file);
    CHECK((*same)[hits] == "2");
    CHECK((*same)[latency] == "2");
    CHECK((*same)[size] == "18");
  }
  SECTION("bucket borders") {
    file.metrics[1].buckets = buckets({0.1, 2});
    const auto after = with(file);
    CHECK((*after)[latency] == "1");
    CHECK((*after)[hits] == "2");
  }
  SECTION("label names") {
    file.metrics[0].labels = std::vector<std::string>{"handler"};
    const auto after = with(file);
    CHECK((*after)["http_requests_total{handler=\"/\",zone=\"a\"}"] == "1");
    CHECK((*after)[latency] == "2");
  }
  SECTION("the value of a static label") {
    file.labels[0].second = "b";
    const auto after = with(file);
    CHECK((*after)["http_requests_total{handler=\"/\",method=\"GET\",zone=\"b\"}"] == "1");
    CHECK_FALSE(after->has_text("zone=\"a\""));
  }
  SECTION("one more static label") {
    file.labels.emplace_back("env", "x");
    CHECK((*with(file))["http_requests_total{env=\"x\",handler=\"/\",method=\"GET\",zone=\"a\"}"] == "1");
  }
  SECTION("the type") {
    file.metrics[2].name = "http_requests_total";
    file.metrics.erase(file.metrics.begin());
    const auto after = with(file);
    CHECK((*after)["http_requests_total_count{handler=\"/\",zone=\"a\"}"] == "1");
  }
  SECTION("a metric less, one more, another order") {
    file.metrics = {file.metrics[2], metric("inprogress"), file.metrics[0]};
    const auto after = with(file);
    CHECK((*after)[hits] == "2");
    CHECK((*after)[size] == "18");
    CHECK((*after)["http_requests_inprogress{zone=\"a\"}"] == "0");
    CHECK((*after)[latency] == "absent");
  }
  SECTION("status codes no longer in groups: the groups stay beside them") {
    file.options.group_status_codes = false;
    const auto after = with(file);
    CHECK((*after)[latency] == "1");
    CHECK(
        (*after)
            ["http_request_duration_seconds_count{handler=\"/\",method=\"GET\",status=\"200\",zone=\"a\"}"] ==
        "1");
    CHECK((*after)[hits] == "2");
  }
}

TEST_CASE("which labels became other survives a restart") {
  auto file = ungrouped(10);
  file.options.verbatim_methods = true;
  Subject first(file);
  for (int i = 0; i < 9; ++i) first.see(first.store->dynamic_handler("/" + std::to_string(i)), "GET", 200);
  first.see(1, "BREW", 200);
  first.see(first.store->dynamic_handler("/late"), "GET", 200);
  first.see(1, "LATE", 200);
  std::string bytes = saved(first);
  for (int run = 0; run < 3; ++run) {
    const Subject s(file);
    REQUIRE(restore(s, bytes));
    s.see(s.store->dynamic_handler("/late"), "GET", 200);  // before any of those that have their series
    s.see(s.store->dynamic_handler("/8"), "GET", 200);
    s.see(s.store->dynamic_handler("/8"), "PUT", 200);
    s.see(1, "LATE", 200);
    s.see(1, "BREW", 200);
    CHECK(s[kHits("/8")] == std::to_string(2 + run));
    CHECK(s[kHits("/", "BREW")] == std::to_string(2 + run));
    CHECK(s[kHits("other")] == std::to_string(2 + run));
    CHECK(s[kHits("other", "PUT")] == std::to_string(1 + run));
    CHECK(s[kHits("/", "other")] == std::to_string(2 + run));
    CHECK_FALSE(s.has_text("late"));
    CHECK_FALSE(s.has_text("LATE"));
    bytes = saved(s);
  }
}

TEST_CASE("a smaller max_series takes nothing away, and lets nothing new in") {
  const Subject before(ungrouped(100));
  for (int i = 0; i < 50; ++i) before.see(before.store->dynamic_handler("/" + std::to_string(i)), "GET", 200);
  const Subject after(ungrouped(10));
  REQUIRE(restore(after, saved(before)));
  after.see(after.store->dynamic_handler("/49"), "GET", 200);
  after.see(after.store->dynamic_handler("/50"), "GET", 200);
  CHECK(after[kHits("/49")] == "2");
  CHECK(after[kHits("/50")] == "absent");
  CHECK(after[kHits("other")] == "1");
}

TEST_CASE("a handler that left the rule file is counted on when a path has its name") {
  auto file = ungrouped(100);
  const Subject before(file, every_field(), {"none", "/old"});
  before.see(1, "GET", 200);
  const Subject after(file, every_field(), {"none"});
  REQUIRE(restore(after, saved(before)));
  after.see(after.store->dynamic_handler("/old"), "GET", 200);
  CHECK(after[kHits("/old")] == "2");
}

TEST_CASE("overflow counts: requests per family, by the labels that the family has") {
  auto by_method = requests_by({"method"});
  by_method.name = "by_method";
  auto by_status = requests_by({"status"});
  by_status.name = "by_status";
  auto file = rules({requests_by({"handler", "method"}), by_method, by_status, metric("response_size")});
  file.metrics[3].labels = std::vector<std::string>{"handler"};
  file.options.verbatim_methods = true;
  file.limits.max_series = 3;
  const auto counts = [](const Subject& s) {
    return std::vector<std::uint64_t>{overflow_of(s, "http_requests_total"),
                                      overflow_of(s, "by_method_total"),
                                      overflow_of(s, "http_response_size_bytes")};
  };
  const Subject s(file);
  CHECK(counts(s) == std::vector<std::uint64_t>{0, 0, 0});
  CHECK(s.store->overflow_counts().size() == 3);  // by_status has no label that could
  s.see(s.store->dynamic_handler("/a"), "GET", 200);
  s.see(s.store->dynamic_handler("/b"), "BREW", 200);
  s.see(0, "GET", 200);
  CHECK(counts(s) == std::vector<std::uint64_t>{0, 0, 0});
  s.see(s.store->dynamic_handler("/c"), "GET", 200);  // handler
  CHECK(counts(s) == std::vector<std::uint64_t>{1, 0, 1});
  s.see(0, "MOO", 200);  // method
  CHECK(counts(s) == std::vector<std::uint64_t>{2, 1, 1});
  s.see(s.store->dynamic_handler("/c"), "MOO", 200);  // both
  CHECK(counts(s) == std::vector<std::uint64_t>{3, 2, 2});
  s.see(s.store->dynamic_handler("/a"), "PUT", 200);  // a known handler, a new series
  CHECK(counts(s) == std::vector<std::uint64_t>{4, 2, 3});
  s.see(s.store->dynamic_handler("/a"), "BREW", 200);  // both known, a new series
  CHECK(counts(s) == std::vector<std::uint64_t>{5, 3, 4});
  s.see(s.store->dynamic_handler("/c"), "BREW", 200);  // handler, then the method
  CHECK(counts(s) == std::vector<std::uint64_t>{6, 4, 5});
  s.see(0, "OPTIONS", 200);  // the file bounds it
  CHECK(counts(s) == std::vector<std::uint64_t>{6, 4, 5});

  const Subject next(file);
  REQUIRE(restore(next, saved(s)));
  CHECK(counts(next) == std::vector<std::uint64_t>{6, 4, 5});
  next.see(next.store->dynamic_handler("/d"), "GET", 200);
  CHECK(counts(next) == std::vector<std::uint64_t>{7, 4, 6});
  // A family keeps its own number when its labels change.
  file.metrics[0].labels = std::vector<std::string>{"method"};
  const Subject changed(file);
  REQUIRE(restore(changed, saved(next)));
  CHECK(overflow_of(changed, "http_requests_total") == 7);
}

}  // namespace
}  // namespace routemeter::metric

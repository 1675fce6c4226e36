// SPDX-License-Identifier: Apache-2.0
// What the store costs per request, and what a snapshot costs per series.
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "metric/store/store.h"

namespace {

using routemeter::metric::Counted;
using routemeter::metric::create_store;
using routemeter::metric::Store;
namespace model = routemeter::model;

std::unique_ptr<Store> make_store(const model::RuleFile& file, std::size_t handlers) {
  std::vector<std::string> labels = {"none"};
  while (labels.size() < handlers)
    labels.push_back("/api/v1/res" + std::to_string(labels.size()) + "/{item_id}");
  model::FieldSet available;
  for (const auto field : {model::Field::kDuration, model::Field::kTimeToFirstByte,
                           model::Field::kRequestSize, model::Field::kResponseSize}) {
    available.add(field);
  }
  return std::move(*create_store(file, labels, available));
}

model::RuleFile rules(const std::string& kind) {
  model::RuleFile file;
  file.metrics.emplace_back().kind = kind;
  file.limits.max_series = 10'000'000;
  return file;
}

// Requests as an API sees them: few methods, log-normal durations, sizes now and then unknown. No more of
// them than a worker has at a time, so that the figures are the store's.
std::vector<model::Request> requests(std::mt19937_64& random) {
  std::lognormal_distribution<double> seconds(-3.5, 1.5);
  const std::vector<std::string_view> methods = {"GET", "GET", "GET", "GET", "POST", "PUT", "DELETE"};
  const std::vector<std::uint16_t> codes = {200, 200, 200, 200, 200, 201, 304, 404, 500};
  std::vector<model::Request> all(256);
  for (model::Request& r : all) {
    const std::string_view method = methods[random() % methods.size()];
    r.set_method(method, model::method_number(method));
    r.status = codes[random() % codes.size()];
    r.duration_ns = static_cast<std::uint64_t>(seconds(random) * 1000) * 1'000'000;
    r.response_size = random() % 100'000;
    r.known.add(model::Field::kDuration);
    r.known.add(model::Field::kResponseSize);
    if (method != "GET") {
      r.request_size = random() % 2000;
      r.known.add(model::Field::kRequestSize);
    }
  }
  return all;
}

void observe(benchmark::State& state, const model::RuleFile& file, std::size_t batch = 1) {
  const auto handlers = static_cast<std::size_t>(state.range(0));
  const auto store = make_store(file, handlers);
  std::mt19937_64 random(1);
  const std::vector<model::Request> all = requests(random);
  std::vector<Counted> counted(1U << 16);
  for (Counted& one : counted) {
    one = {&all[random() % all.size()], static_cast<std::uint32_t>(random() % handlers)};
  }
  store->observe_all(counted);
  std::size_t i = 0;
  for (auto _ : state) {
    store->observe_all({&counted[i], batch});
    i = (i + batch) % counted.size();
  }
  state.counters["series"] = static_cast<double>(store->series_count());
  // Seconds, as benchmark shows it: a rate upside down.
  state.counters["per_request"] =
      benchmark::Counter(static_cast<double>(batch),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void observe_batches(benchmark::State& state) { observe(state, rules("default"), 32); }
void observe_default(benchmark::State& state) { observe(state, rules("default")); }
void observe_rounded(benchmark::State& state) {
  model::RuleFile file = rules("default");
  file.options.round_latency_decimals = 2;
  observe(state, file);
}
void observe_requests(benchmark::State& state) { observe(state, rules("requests")); }
void observe_latency(benchmark::State& state) { observe(state, rules("latency")); }

void snapshot(benchmark::State& state) {
  const auto handlers = static_cast<std::size_t>(state.range(0));
  const auto store = make_store(rules("default"), handlers);
  model::Request r;
  r.method = "GET";
  r.known.add(model::Field::kDuration);
  for (std::uint32_t h = 0; h < handlers; ++h) {
    r.status = 200;
    store->observe(h, r);
  }
  for (auto _ : state) benchmark::DoNotOptimize(store->snapshot());
  state.counters["series"] = static_cast<double>(store->series_count());
}

// What the first look after `share` per cent of the series were seen costs, before it looks at anything.
void flush(benchmark::State& state) {
  const auto handlers = static_cast<std::size_t>(state.range(0));
  const auto store = make_store(rules("default"), handlers);
  model::Request r;
  r.set_method("GET", 0);
  r.status = 200;
  r.known.add(model::Field::kDuration);
  std::vector<Counted> all;
  for (std::uint32_t h = 0; h < handlers; ++h) all.push_back({&r, h});
  store->observe_all(all);
  const std::span<const Counted> seen(all.data(), handlers * static_cast<std::size_t>(state.range(1)) / 100);
  for (auto _ : state) {
    state.PauseTiming();
    store->observe_all(seen);
    state.ResumeTiming();
    benchmark::DoNotOptimize(store->overflow_counts());
  }
}

BENCHMARK(observe_default)->Arg(40)->Arg(1000)->Arg(10'000);
BENCHMARK(observe_batches)->Arg(40)->Arg(1000)->Arg(10'000);
BENCHMARK(observe_rounded)->Arg(40);
BENCHMARK(observe_requests)->Arg(40);
BENCHMARK(observe_latency)->Arg(40);
BENCHMARK(flush)->Args({100'000, 1})->Args({100'000, 100})->Unit(benchmark::kMillisecond);
BENCHMARK(snapshot)->Arg(40)->Arg(25'000)->Unit(benchmark::kMillisecond);

}  // namespace

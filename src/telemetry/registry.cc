// SPDX-License-Identifier: Apache-2.0
#include "telemetry/registry.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace routemeter::telemetry {
namespace {

constexpr double kExactIntegers = 9007199254740992.0;  // 2^53
constexpr int kNanoseconds = 9;

// Numbers that other code counts, as the library sees them.
class CountedElsewhere : public prometheus::Collectable {
 public:
  explicit CountedElsewhere(std::function<void(Collector&)> source) : source_(std::move(source)) {}
  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> out;
    Collector collector(out);
    source_(collector);
    return out;
  }

 private:
  std::function<void(Collector&)> source_;
};

model::MetricType type_of(const prometheus::MetricFamily& family) {
  switch (family.type) {
    case prometheus::MetricType::Counter:
      return model::MetricType::kCounter;
    case prometheus::MetricType::Histogram:
      return model::MetricType::kHistogram;
    default:
      return model::MetricType::kGauge;
  }
}

void set_number(double value, model::Sample& out) {
  if (value >= 0 && value < kExactIntegers && value == std::trunc(value)) {
    out.count = static_cast<std::uint64_t>(value);
  } else {
    out.real = value;
    out.has_real = true;
  }
}

// The library's buckets are cumulative and end with +Inf; ours are neither.
void set_histogram(const prometheus::ClientMetric::Histogram& histogram, model::Family& family,
                   model::Sample& out) {
  family.bounds.clear();
  std::uint64_t before = 0;
  for (const auto& bucket : histogram.bucket) {
    if (std::isfinite(bucket.upper_bound)) family.bounds.push_back(bucket.upper_bound);
    out.buckets.push_back(bucket.cumulative_count - before);
    before = bucket.cumulative_count;
  }
  out.count = histogram.sample_count;
  out.sum = static_cast<model::Sum>(std::llround(histogram.sample_sum * 1e9));
}

model::Family to_model(const prometheus::MetricFamily& family) {
  model::Family out;
  out.name = family.name;
  out.help = family.help;
  out.type = type_of(family);
  if (out.type == model::MetricType::kHistogram) {
    out.unit = "seconds";
    out.decimals = kNanoseconds;
  }
  for (const prometheus::ClientMetric& metric : family.metric) {
    std::vector<prometheus::ClientMetric::Label> labels = metric.label;
    std::sort(labels.begin(), labels.end());
    model::Sample sample;
    out.label_names.clear();
    for (auto& label : labels) {
      out.label_names.push_back(std::move(label.name));
      sample.label_values.push_back(std::move(label.value));
    }
    if (out.type == model::MetricType::kHistogram) {
      set_histogram(metric.histogram, out, sample);
    } else {
      set_number(out.type == model::MetricType::kCounter ? metric.counter.value : metric.gauge.value, sample);
    }
    out.samples.push_back(std::move(sample));
  }
  std::sort(out.samples.begin(), out.samples.end(),
            [](const model::Sample& a, const model::Sample& b) { return a.label_values < b.label_values; });
  return out;
}

}  // namespace

void Counter::add(double amount) { counter_->Increment(amount); }
void Gauge::set(double value) { gauge_->Set(value); }
void Histogram::observe(double value) { histogram_->Observe(value); }

Collector::Collector(std::vector<prometheus::MetricFamily>& out) : out_(out) {}
Collector::~Collector() = default;

Collector& Collector::counter(const char* name, const char* help) {
  out_.push_back({name, help, prometheus::MetricType::Counter, {}});
  return *this;
}

Collector& Collector::gauge(const char* name, const char* help) {
  out_.push_back({name, help, prometheus::MetricType::Gauge, {}});
  return *this;
}

Collector& Collector::add(double value, Labels labels) {
  labels.insert(constant_.begin(), constant_.end());
  prometheus::MetricFamily& family = out_.back();
  prometheus::ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({name, text});
  (family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(std::move(metric));
  return *this;
}

const std::vector<double>& duration_bounds() {
  static const std::vector<double> bounds = {0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10};
  return bounds;
}

struct Registry::Parts {
  prometheus::Registry counted;
  std::vector<std::unique_ptr<prometheus::Collectable>> elsewhere;
};

Registry::Registry() : parts_(std::make_unique<Parts>()) {}
Registry::~Registry() = default;

Counter Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return Counter(prometheus::BuildCounter().Name(name).Help(help).Register(parts_->counted).Add(labels));
}

Gauge Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return Gauge(prometheus::BuildGauge().Name(name).Help(help).Register(parts_->counted).Add(labels));
}

Histogram Registry::histogram(const std::string& name, const std::string& help,
                              const std::vector<double>& bounds) {
  return Histogram(
      prometheus::BuildHistogram().Name(name).Help(help).Register(parts_->counted).Add({}, bounds));
}

void Registry::collect_from(std::function<void(Collector&)> source) {
  parts_->elsewhere.push_back(std::make_unique<CountedElsewhere>(std::move(source)));
}

std::vector<prometheus::MetricFamily> Registry::families() const {
  std::vector<prometheus::MetricFamily> all = parts_->counted.Collect();
  for (const auto& source : parts_->elsewhere) {
    for (prometheus::MetricFamily& family : source->Collect()) all.push_back(std::move(family));
  }
  // A name has one HELP on a page, however many services have such a family.
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::vector<prometheus::MetricFamily> out;
  for (prometheus::MetricFamily& family : all) {
    if (out.empty() || out.back().name != family.name) {
      out.push_back(std::move(family));
    } else {
      out.back().metric.insert(out.back().metric.end(), family.metric.begin(), family.metric.end());
    }
  }
  return out;
}

model::Snapshot Registry::collect() const { return to_snapshot(families()); }

model::Snapshot to_snapshot(const std::vector<prometheus::MetricFamily>& families) {
  model::Snapshot out;
  for (const prometheus::MetricFamily& family : families) out.push_back(to_model(family));
  return out;
}

}  // namespace routemeter::telemetry

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "model/snapshot.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
struct MetricFamily;
}  // namespace prometheus

// The program's own metrics, kept by prometheus-cpp. Its headers are slow to compile, so that others count
// with these handles.

namespace routemeter::telemetry {

using Labels = std::map<std::string, std::string>;

/// A handle; the registry that made it must outlive it. For any thread, as the two below.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
  void add(double amount = 1);

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
  void set(double value);

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

/// Gets, at the time of a scrape, numbers that are counted elsewhere. A family may come in several parts.
class Collector {
 public:
  explicit Collector(std::vector<prometheus::MetricFamily>& out);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Labels of every sample from now on.
  void set_labels(Labels labels) { constant_ = std::move(labels); }

  /// The family that add() fills. It is on the page even without a sample.
  Collector& counter(const char* name, const char* help);
  Collector& gauge(const char* name, const char* help);
  Collector& add(double value, Labels labels = {});

 private:
  std::vector<prometheus::MetricFamily>& out_;
  Labels constant_;
};

/// Upper bounds of seconds for what a look, a commit, a reload or a scrape takes: 100 microseconds to 10 s.
const std::vector<double>& duration_bounds();

/// The families of this program's own metrics. Names and help are constants of the program: a wrong name
/// throws.
class Registry {
 public:
  Registry();
  ~Registry();

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help,
                      const std::vector<double>& bounds = duration_bounds());
  /// Called by every collect(), on its thread.
  void collect_from(std::function<void(Collector&)> source);

  /// All families by name, their samples by labels, as the page's writer takes them.
  model::Snapshot collect() const;
  /// The same in the library's own types, for its serializers.
  std::vector<prometheus::MetricFamily> families() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Families of the library as the page's writer takes them, their samples by labels.
model::Snapshot to_snapshot(const std::vector<prometheus::MetricFamily>& families);

/// The metrics that every exporter has of its process: CPU time, memory, start, open files
/// (process_metrics.cc).
void collect_process(Collector& out);

}  // namespace routemeter::telemetry

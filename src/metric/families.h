// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "metric/buckets.h"
#include "metric/cells.h"
#include "model/snapshot.h"

namespace routemeter::metric {

/// What a family is, apart from its numbers.
struct FamilyDef {
  std::string name;  ///< complete: prefix, and _total for counters
  std::string help;
  LabelSubset labels;
  StaticLabels static_labels;
};

/// A counter per cell.
class CounterFamily {
 public:
  explicit CounterFamily(FamilyDef def);
  LabelSubset labels() const { return cells_.subset(); }
  std::size_t size() const { return cells_.size(); }
  void add_series(SeriesId id, const SeriesLabels& labels);
  void precreate(const SeriesLabels& labels);
  void observe(SeriesId id) noexcept { ++counts_[cells_[id]]; }
  void merge(const CounterFamily& other, std::span<const SeriesId> to);
  void collect(model::Snapshot& out) const;

 private:
  FamilyDef def_;
  CellIndex cells_;
  std::vector<std::uint64_t> counts_;
};

/// The number and the sum of sizes in bytes, per cell.
class SummaryFamily {
 public:
  explicit SummaryFamily(FamilyDef def);
  LabelSubset labels() const { return cells_.subset(); }
  std::size_t size() const { return cells_.size(); }
  void add_series(SeriesId id, const SeriesLabels& labels);
  void observe(SeriesId id, model::Sum bytes) noexcept {
    Cell& cell = totals_[cells_[id]];
    ++cell.count;
    cell.sum += bytes;
  }
  void merge(const SummaryFamily& other, std::span<const SeriesId> to);
  void collect(model::Snapshot& out) const;

 private:
  struct Cell {
    model::Sum sum = 0;
    std::uint64_t count = 0;
  };
  FamilyDef def_;
  CellIndex cells_;
  std::vector<Cell> totals_;
};

/// Durations in buckets, per cell. A cell that was never observed is not exposed, unless it has no labels.
class HistogramFamily {
 public:
  HistogramFamily(FamilyDef def, Buckets buckets);
  LabelSubset labels() const { return cells_.subset(); }
  std::size_t size() const { return cells_.size(); }
  void add_series(SeriesId id, const SeriesLabels& labels);
  void observe(SeriesId id, std::uint64_t ns) noexcept {
    const CellId cell = cells_[id];
    ++counts_[cell * buckets_.size() + buckets_.find(ns)];
    sums_[cell] += ns;
  }
  void merge(const HistogramFamily& other, std::span<const SeriesId> to);
  void collect(model::Snapshot& out) const;

 private:
  void resize();

  FamilyDef def_;
  CellIndex cells_;
  Buckets buckets_;
  std::vector<std::uint64_t> counts_;  // buckets_.size() per cell
  std::vector<model::Sum> sums_;       // nanoseconds
};

/// A family without samples; `unit` is kept only where the name ends with it, as OpenMetrics demands.
model::Family make_family(const FamilyDef& def, const CellIndex& cells, model::MetricType type,
                          std::string unit);

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "metric/store/buckets.h"
#include "metric/store/family.h"

namespace routemeter::metric {

/// A counter per cell.
class CounterFamily final : public Family {
 public:
  explicit CounterFamily(FamilyDef def);
  void add_series(SeriesId id, const NewSeries& series);
  void precreate(const SeriesLabels& labels);
  void observe(SeriesId id) noexcept {
    ++counts_[cells_[id]];
    cells_.note_requests(id, 1);
  }
  void merge(const CounterFamily& other, std::span<const SeriesId> to);

 private:
  std::span<const std::uint64_t> counts_of(CellId cell) const override { return {&counts_[cell], 1}; }
  void add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum) override;

  std::vector<std::uint64_t> counts_;
};

/// The number and the sum of sizes in bytes, per cell.
class SummaryFamily final : public Family {
 public:
  explicit SummaryFamily(FamilyDef def);
  void add_series(SeriesId id, const NewSeries& series);
  void observe(SeriesId id, model::Sum bytes) noexcept {
    Cell& cell = totals_[cells_[id]];
    ++cell.count;
    cell.sum += bytes;
    cells_.note_requests(id, 1);
  }
  void merge(const SummaryFamily& other, std::span<const SeriesId> to);

 private:
  struct Cell {
    model::Sum sum = 0;
    std::uint64_t count = 0;
  };
  std::span<const std::uint64_t> counts_of(CellId cell) const override { return {&totals_[cell].count, 1}; }
  model::Sum sum_of(CellId cell) const override { return totals_[cell].sum; }
  void add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum) override;

  std::vector<Cell> totals_;
};

/// Durations in buckets, per cell.
class HistogramFamily final : public Family {
 public:
  HistogramFamily(FamilyDef def, Buckets buckets);
  void add_series(SeriesId id, const NewSeries& series);
  void observe(SeriesId id, std::uint64_t ns) noexcept {
    const CellId cell = cells_[id];
    ++counts_[cell * buckets_.size() + buckets_.find(ns)];
    sums_[cell] += ns;
    cells_.note_requests(id, 1);
  }
  std::size_t buckets() const { return buckets_.size(); }
  void merge(const HistogramFamily& other, std::span<const SeriesId> to);

 private:
  void resize();
  std::span<const std::uint64_t> counts_of(CellId cell) const override {
    return {&counts_[cell * buckets_.size()], buckets_.size()};
  }
  model::Sum sum_of(CellId cell) const override { return sums_[cell]; }
  void add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum) override;
  std::span<const double> bounds() const override { return buckets_.seconds(); }

  Buckets buckets_;
  std::vector<std::uint64_t> counts_;  // buckets_.size() per cell
  std::vector<model::Sum> sums_;       // nanoseconds
};

/// A gauge that is always 0: what it shows are its labels.
class ZeroFamily final : public Family {
 public:
  explicit ZeroFamily(FamilyDef def) : Family(std::move(def), model::MetricType::kGauge) {}
  void add_series(SeriesId id, const NewSeries& series) { cells_.add_series(id, series); }

 private:
  std::span<const std::uint64_t> counts_of(CellId /*cell*/) const override { return {}; }
  void add(CellId /*cell*/, std::span<const std::uint64_t> /*counts*/, model::Sum /*sum*/) override {}
};

}  // namespace routemeter::metric

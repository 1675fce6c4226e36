// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "metric/series/label_values.h"
#include "metric/store/cells.h"
#include "metric/store/durations.h"
#include "metric/store/saved.h"
#include "model/snapshot.h"
#include "util/codec.h"

namespace routemeter::metric {

/// A family apart from its numbers.
struct FamilyDef {
  std::string name;  ///< complete: prefix, and _total for counters
  std::string help;
  LabelSubset labels;
  StaticLabels static_labels;
  model::FieldSet needs;  ///< of the format
};

/// Shared by all kinds of families: the cells, and how they are saved and restored.
class Family {
 public:
  virtual ~Family() = default;
  const std::string& name() const { return def_.name; }
  LabelSubset labels() const { return cells_.subset(); }
  std::size_t size() const { return cells_.size(); }
  /// A limit of the rule file: CellIndex::limit().
  void limit(std::size_t cells) { cells_.limit(cells); }
  /// Whether it is reached and a client's label became "other" here, and for how many requests.
  bool folds() const { return cells_.folds(); }
  std::uint64_t overflow() const { return cells_.overflow(); }

  /// Counts requests of a series that were gathered elsewhere: a cell's integers and its sum, as save()
  /// writes them.
  void observe_many(SeriesId id, std::span<const std::uint64_t> counts, model::Sum sum);

  /// Appends the family as it is now, frozen: its samples are made later, by any thread, while the store
  /// lives.
  void collect(model::Snapshot& out) const;

  /// Writes every cell that is not 0: those at 0 are made again when the rule file wants them.
  void save(util::Encoder& out) const;
  /// Adds the cells of a family of the same name, type, label names and borders; of others nothing, and no
  /// cell whose static labels were different. `pool` lives as long as the store.
  void restore(const SavedFamily& saved, TextPool& pool);

 protected:
  Family(FamilyDef def, model::MetricType type);
  Family(Family&&) = default;
  Family& operator=(Family&&) = default;

  /// A cell's integers as save() writes them (counts_per_cell() of them), and its sum if the type has one.
  virtual std::span<const std::uint64_t> counts_of(CellId cell) const = 0;
  virtual model::Sum sum_of(CellId /*cell*/) const { return 0; }
  /// Adds them to a cell, which may be new.
  virtual void add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum) = 0;
  virtual std::span<const double> bounds() const { return {}; }

  FamilyDef def_;
  CellIndex cells_;

 private:
  bool is_saved(CellId cell) const;
  bool matches(const SavedFamily& saved) const;

  model::MetricType type_;
};

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
  void merge(const ZeroFamily& /*other*/, std::span<const SeriesId> /*to*/) {}

 private:
  std::span<const std::uint64_t> counts_of(CellId /*cell*/) const override { return {}; }
  void add(CellId /*cell*/, std::span<const std::uint64_t> /*counts*/, model::Sum /*sum*/) override {}
};

/// The integers of a family at some moment. Labels are shared with the family until it has a new cell, so
/// that freezing copies numbers and no text.
class FrozenCells final : public model::SampleSource {
 public:
  /// `counts`: `width` of each cell, as save() writes them; `sums`: one of each cell, or none at all.
  FrozenCells(model::MetricType type, std::shared_ptr<const CellLabels> labels, std::size_t width,
              std::vector<std::uint64_t> counts, std::vector<model::Sum> sums)
      : type_(type),
        labels_(std::move(labels)),
        width_(width),
        counts_(std::move(counts)),
        sums_(std::move(sums)) {}

  void each(const std::function<void(const model::Sample&)>& take) const override;

 private:
  model::MetricType type_;
  std::shared_ptr<const CellLabels> labels_;
  std::size_t width_;
  std::vector<std::uint64_t> counts_;
  std::vector<model::Sum> sums_;
};

/// Makes the samples of frozen families.
void make_samples(model::Snapshot& frozen);

}  // namespace routemeter::metric

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

/// The cells of a family and their numbers, and how they are saved and restored. The kinds of families below
/// add how a request is counted.
class Family {
 public:
  const std::string& name() const { return def_.name; }
  LabelSubset labels() const { return cells_.subset(); }
  std::size_t size() const { return cells_.size(); }
  /// A limit of the rule file: CellIndex::limit().
  void limit(std::size_t cells) { cells_.limit(cells); }
  /// Whether it is reached and a client's label became "other" here, and for how many requests.
  bool folds() const { return cells_.folds(); }
  std::uint64_t overflow() const { return cells_.overflow(); }

  /// `id` is always the next number.
  void add_series(SeriesId id, const NewSeries& series);
  /// Makes a cell at 0.
  void precreate(const SeriesLabels& labels);
  /// Counts requests of a series that were gathered elsewhere: a cell's integers and its sum, as save()
  /// writes them.
  void observe_many(SeriesId id, std::span<const std::uint64_t> counts, model::Sum sum);
  /// Adds the numbers of a family made from the same options; `to` as in Plugin::merge.
  void merge(const Family& other, std::span<const SeriesId> to);

  /// Appends the family as it is now, frozen: its samples are made later, by any thread, while the store
  /// lives.
  void collect(model::Snapshot& out) const;

  /// Writes every cell that is not 0: those at 0 are made again when the rule file wants them.
  void save(util::Encoder& out) const;
  /// Adds the cells of a family of the same name, type, label names and borders; of others nothing, and no
  /// cell whose static labels were different. `pool` lives as long as the store.
  void restore(const SavedFamily& saved, TextPool& pool);

 protected:
  /// `bounds`: of a histogram.
  Family(FamilyDef def, model::MetricType type, std::vector<double> bounds = {});

  CellIndex cells_;
  std::size_t width_;                  // counts_per_cell()
  std::vector<std::uint64_t> counts_;  // width_ per cell
  std::vector<model::Sum> sums_;       // nanoseconds or bytes, if the type has sums

 private:
  void resize();
  std::span<const std::uint64_t> counts_of(CellId cell) const {
    return std::span(counts_).subspan(cell * width_, width_);
  }
  model::Sum sum_of(CellId cell) const { return sums_.empty() ? 0 : sums_[cell]; }
  void add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum);
  bool is_saved(CellId cell) const;
  bool matches(const SavedFamily& saved) const;

  FamilyDef def_;
  model::MetricType type_;
  std::vector<double> bounds_;
};

class CounterFamily final : public Family {
 public:
  explicit CounterFamily(FamilyDef def) : Family(std::move(def), model::MetricType::kCounter) {}
  void observe(SeriesId id) noexcept {
    ++counts_[cells_[id]];
    cells_.note_requests(id, 1);
  }
};

/// The number and the sum of sizes in bytes.
class SummaryFamily final : public Family {
 public:
  explicit SummaryFamily(FamilyDef def) : Family(std::move(def), model::MetricType::kSummary) {}
  void observe(SeriesId id, model::Sum bytes) noexcept {
    const CellId cell = cells_[id];
    ++counts_[cell];
    sums_[cell] += bytes;
    cells_.note_requests(id, 1);
  }
};

/// Durations in buckets.
class HistogramFamily final : public Family {
 public:
  HistogramFamily(FamilyDef def, Buckets buckets)
      : Family(std::move(def), model::MetricType::kHistogram, buckets.seconds()),
        buckets_(std::move(buckets)) {}
  void observe(SeriesId id, std::uint64_t ns) noexcept {
    const CellId cell = cells_[id];
    ++counts_[cell * width_ + buckets_.find(ns)];
    sums_[cell] += ns;
    cells_.note_requests(id, 1);
  }
  std::size_t buckets() const { return width_; }

 private:
  Buckets buckets_;
};

/// A gauge that is always 0: what it shows are its labels.
class ZeroFamily final : public Family {
 public:
  explicit ZeroFamily(FamilyDef def) : Family(std::move(def), model::MetricType::kGauge) {}
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

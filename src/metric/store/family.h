// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metric/series/text_pool.h"
#include "metric/store/cells.h"
#include "metric/store/saved.h"
#include "model/snapshot.h"
#include "util/codec.h"

namespace routemeter::metric {

/// What a family is, apart from its numbers.
struct FamilyDef {
  std::string name;  ///< complete: prefix, and _total for counters
  std::string help;
  LabelSubset labels;
  StaticLabels static_labels;
  model::FieldSet needs;  ///< of the format
};

/// What all kinds of families share: the cells, and their way through the durable state.
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

}  // namespace routemeter::metric

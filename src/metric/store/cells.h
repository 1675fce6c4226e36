// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metric/contract/plugin.h"
#include "metric/contract/request_labels.h"
#include "metric/series/hash_index.h"
#include "metric/series/label_values.h"
#include "util/codec.h"

namespace routemeter::metric {

using CellId = std::uint32_t;
using StaticLabels = std::vector<std::pair<std::string, std::string>>;

/// The source of a label's value: one of the request's labels, or a text of the rule file.
struct LabelSource {
  std::optional<std::size_t> label;
  std::string text;

  std::string_view of(const SeriesLabels& labels) const { return label ? labels[*label] : text; }
};

/// The labels of a family's cells at some moment. They do not change, and see texts of the store.
struct CellLabels {
  std::vector<LabelSource> sources;  ///< by label, sorted by name
  std::vector<SeriesLabels> labels;  ///< by cell; labels that the family does not have are empty
  std::vector<CellId> order;         ///< all cells in the order of their values
  bool unlabelled = false;           ///< no label of a request

  void copy_values(CellId cell, std::vector<std::string>& out) const;
};

/// Numbers the cells of one family: one for each combination of the labels that the family has, so that
/// several series may share a cell. Without labels there is one cell from the start.
class CellIndex {
 public:
  CellIndex(LabelSubset subset, const StaticLabels& static_labels);

  /// `id` is always the next number.
  void add_series(SeriesId id, const NewSeries& series);
  CellId find_or_add(const SeriesLabels& labels);
  /// By the values of label_names(); texts of a new cell are kept in `pool`. None when a static label
  /// differs.
  std::optional<CellId> find_or_add(std::span<const std::string_view> values, TextPool& pool);
  /// Once there are so many cells, series whose labels clients wrote share the cells of "other".
  void limit(std::size_t cells) { limit_ = cells; }
  /// Whether there is such a series, and their requests.
  bool folds() const { return any_folded_; }
  std::uint64_t overflow() const { return overflow_; }
  /// For all requests that the family counts.
  void note_requests(SeriesId id, std::uint64_t count) noexcept {
    if (any_folded_ && folded_[id]) overflow_ += count;
  }
  CellId operator[](SeriesId id) const noexcept { return cell_of_series_[id]; }
  std::size_t size() const { return labels_.size(); }
  LabelSubset subset() const { return subset_; }
  bool unlabelled() const { return subset_.none(); }

  /// Pairs (own cell, cell of other), each cell of other once. `to` as in Plugin::merge.
  std::vector<std::pair<CellId, CellId>> pairs_with(const CellIndex& other,
                                                    std::span<const SeriesId> to) const;

  /// Sorted, the static labels among them.
  const std::vector<std::string>& label_names() const { return names_; }
  void save_labels(CellId cell, util::Encoder& out) const;
  /// Of all cells there are, the same as before unless one is new. Only new cells are sorted in: not for two
  /// threads.
  std::shared_ptr<const CellLabels> labels() const;

 private:
  SeriesLabels keep(const SeriesLabels& labels) const;
  bool contains(const SeriesLabels& kept) const;

  LabelSubset subset_;
  std::vector<std::string> names_;
  std::vector<LabelSource> sources_;
  std::vector<CellId> cell_of_series_;
  std::size_t limit_ = std::numeric_limits<std::size_t>::max();
  std::vector<bool> folded_;  // by series: whether it shares the cell of "other"
  bool any_folded_ = false;
  std::uint64_t overflow_ = 0;
  std::vector<SeriesLabels> labels_;                // by cell; labels outside the subset are empty
  HashIndex cells_;                                 // where in labels_
  mutable std::shared_ptr<const CellLabels> kept_;  // what labels() gave
};

}  // namespace routemeter::metric

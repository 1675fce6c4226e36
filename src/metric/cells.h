// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metric/info.h"
#include "metric/label_index.h"
#include "metric/label_subset.h"
#include "metric/plugin.h"
#include "metric/text_pool.h"
#include "util/codec.h"

namespace routemeter::metric {

using CellId = std::uint32_t;
using StaticLabels = std::vector<std::pair<std::string, std::string>>;

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
  /// In the order of label_names().
  std::vector<std::string> label_values(CellId cell) const;
  void save_labels(CellId cell, util::Encoder& out) const;
  /// All cells in the order of their values. The order is kept, only new cells are sorted in: not for two
  /// threads.
  const std::vector<CellId>& sorted() const;

 private:
  // Where a label's value comes from: one of the request's labels, or a text of the rule file.
  struct Source {
    std::string_view SeriesLabels::*member = nullptr;
    std::string text;
  };
  SeriesLabels keep(const SeriesLabels& labels) const;
  bool contains(const SeriesLabels& kept) const;

  LabelSubset subset_;
  std::vector<std::string> names_;
  std::vector<Source> sources_;
  std::vector<CellId> cell_of_series_;
  std::size_t limit_ = std::numeric_limits<std::size_t>::max();
  std::vector<bool> folded_;  // by series: whether it shares the cell of "other"
  bool any_folded_ = false;
  std::uint64_t overflow_ = 0;
  std::vector<SeriesLabels> labels_;  // by cell; labels outside the subset are empty
  LabelIndex cells_;                  // where in labels_
  mutable std::vector<CellId> sorted_;
};

}  // namespace routemeter::metric

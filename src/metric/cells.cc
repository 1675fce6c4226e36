// SPDX-License-Identifier: Apache-2.0
#include "metric/cells.h"

#include <algorithm>
#include <map>

namespace routemeter::metric {

CellIndex::CellIndex(LabelSubset subset, const StaticLabels& static_labels) : subset_(subset) {
  std::map<std::string, Source> by_name;
  for (const auto& [name, value] : static_labels) by_name[name].text = value;
  if (subset.handler) by_name["handler"].member = &SeriesLabels::handler;
  if (subset.method) by_name["method"].member = &SeriesLabels::method;
  if (subset.status) by_name["status"].member = &SeriesLabels::status;
  for (auto& [name, source] : by_name) {
    names_.push_back(name);
    sources_.push_back(std::move(source));
  }
  if (unlabelled()) find_or_add({});
}

SeriesLabels CellIndex::keep(const SeriesLabels& labels) const {
  SeriesLabels kept;
  if (subset_.handler) kept.handler = labels.handler;
  if (subset_.method) kept.method = labels.method;
  if (subset_.status) kept.status = labels.status;
  return kept;
}

CellId CellIndex::find_or_add(const SeriesLabels& labels) {
  const SeriesLabels kept = keep(labels);
  const LabelIndex::Hash hash = LabelIndex::hash_of(kept);
  const std::uint32_t found = cells_.find(kept, hash, labels_);
  if (found != LabelIndex::kNone) return found;
  labels_.push_back(kept);
  cells_.append(hash);
  return static_cast<CellId>(labels_.size() - 1);
}

std::optional<CellId> CellIndex::find_or_add(std::span<const std::string_view> values, TextPool& pool) {
  SeriesLabels labels;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].member != nullptr) {
      labels.*sources_[i].member = values[i];
    } else if (sources_[i].text != values[i]) {
      return std::nullopt;
    }
  }
  const std::uint32_t found = cells_.find(labels, LabelIndex::hash_of(labels), labels_);
  if (found != LabelIndex::kNone) return found;
  for (std::string_view* text : {&labels.handler, &labels.method, &labels.status}) *text = pool.keep(*text);
  return find_or_add(labels);
}

void CellIndex::add_series(SeriesId /*id*/, const NewSeries& series) {
  const SeriesLabels own = keep(series.labels);
  const bool folded = size() >= limit_ && keep(series.other) != own && !contains(own);
  any_folded_ = any_folded_ || folded;
  folded_.push_back(folded);
  cell_of_series_.push_back(find_or_add(folded ? series.other : own));
}

bool CellIndex::contains(const SeriesLabels& kept) const {
  return cells_.find(kept, LabelIndex::hash_of(kept), labels_) != LabelIndex::kNone;
}

std::vector<std::pair<CellId, CellId>> CellIndex::pairs_with(const CellIndex& other,
                                                             std::span<const SeriesId> to) const {
  std::vector<std::pair<CellId, CellId>> pairs;
  std::vector<bool> seen(other.size());
  for (SeriesId id = 0; id < other.cell_of_series_.size(); ++id) {
    const CellId theirs = other.cell_of_series_[id];
    if (!seen[theirs]) pairs.emplace_back(cell_of_series_[to[id]], theirs);
    seen[theirs] = true;
  }
  return pairs;
}

std::vector<std::string> CellIndex::label_values(CellId cell) const {
  std::vector<std::string> values;
  values.reserve(sources_.size());
  for (const Source& source : sources_) {
    if (source.member != nullptr) {
      values.emplace_back(labels_[cell].*source.member);
    } else {
      values.push_back(source.text);
    }
  }
  return values;
}

void CellIndex::save_labels(CellId cell, util::Encoder& out) const {
  for (const Source& source : sources_) {
    out.text(source.member != nullptr ? labels_[cell].*source.member : std::string_view(source.text));
  }
}

const std::vector<CellId>& CellIndex::sorted() const {
  // Static values are the same everywhere and handler < method < status, so the cells' own order is theirs.
  const auto before = [this](CellId a, CellId b) { return labels_[a] < labels_[b]; };
  const auto old = static_cast<std::ptrdiff_t>(sorted_.size());
  for (auto cell = static_cast<CellId>(old); cell < labels_.size(); ++cell) sorted_.push_back(cell);
  std::sort(sorted_.begin() + old, sorted_.end(), before);
  std::inplace_merge(sorted_.begin(), sorted_.begin() + old, sorted_.end(), before);
  return sorted_;
}

}  // namespace routemeter::metric

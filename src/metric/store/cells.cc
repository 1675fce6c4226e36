// SPDX-License-Identifier: Apache-2.0
#include "metric/store/cells.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace routemeter::metric {

CellIndex::CellIndex(LabelSubset subset, const StaticLabels& static_labels) : subset_(subset) {
  std::map<std::string, LabelSource> by_name;
  for (const auto& [name, value] : static_labels) by_name[name].text = value;
  for (std::size_t label = 0; label < subset.size(); ++label) {
    if (subset[label]) by_name[std::string(model::kRequestLabels[label].name)].label = label;
  }
  for (auto& [name, source] : by_name) {
    names_.push_back(name);
    sources_.push_back(std::move(source));
  }
  if (unlabelled()) find_or_add({});
}

SeriesLabels CellIndex::keep(const SeriesLabels& labels) const {
  SeriesLabels kept;
  for (std::size_t label = 0; label < kept.size(); ++label) {
    if (subset_[label]) kept[label] = labels[label];
  }
  return kept;
}

CellId CellIndex::find_or_add(const SeriesLabels& labels) {
  const SeriesLabels kept = keep(labels);
  const HashIndex::Hash hash = HashIndex::hash_of(kept);
  const CellId found = cells_.find(kept, hash, labels_);
  if (found != HashIndex::kNone) return found;
  const auto added = static_cast<CellId>(labels_.size());
  labels_.push_back(kept);
  cells_.add(hash, added);
  return added;
}

std::optional<CellId> CellIndex::find_or_add(std::span<const std::string_view> values, TextPool& pool) {
  SeriesLabels labels;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].label) {
      labels[*sources_[i].label] = values[i];
    } else if (sources_[i].text != values[i]) {
      return std::nullopt;
    }
  }
  if (!contains(labels)) {
    for (std::string_view& text : labels) text = pool.keep(text);
  }
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
  return cells_.find(kept, HashIndex::hash_of(kept), labels_) != HashIndex::kNone;
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

void CellIndex::save_labels(CellId cell, util::Encoder& out) const {
  for (const LabelSource& source : sources_) out.text(source.of(labels_[cell]));
}

std::shared_ptr<const CellLabels> CellIndex::labels() const {
  const std::size_t old = kept_ == nullptr ? 0 : kept_->order.size();
  if (kept_ != nullptr && old == size()) return kept_;
  const auto fresh = std::make_shared<CellLabels>();
  fresh->sources = sources_;
  fresh->labels = labels_;
  fresh->unlabelled = unlabelled();
  if (kept_ != nullptr) fresh->order = kept_->order;
  fresh->order.resize(size());
  const auto first_new = fresh->order.begin() + static_cast<std::ptrdiff_t>(old);
  std::iota(first_new, fresh->order.end(), static_cast<CellId>(old));
  // Static values are the same everywhere and the request labels are sorted by name, so the cells' own order
  // is theirs.
  const auto before = [this](CellId a, CellId b) { return labels_[a] < labels_[b]; };
  std::sort(first_new, fresh->order.end(), before);
  std::inplace_merge(fresh->order.begin(), first_new, fresh->order.end(), before);
  kept_ = fresh;
  return kept_;
}

void CellLabels::copy_values(CellId cell, std::vector<std::string>& out) const {
  out.resize(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) out[i] = sources[i].of(labels[cell]);
}

}  // namespace routemeter::metric

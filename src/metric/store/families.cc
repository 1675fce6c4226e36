// SPDX-License-Identifier: Apache-2.0
#include "metric/store/families.h"

#include <utility>

namespace routemeter::metric {

CounterFamily::CounterFamily(FamilyDef def)
    : Family(std::move(def), model::MetricType::kCounter), counts_(cells_.size()) {}

void CounterFamily::add_series(SeriesId id, const NewSeries& series) {
  cells_.add_series(id, series);
  counts_.resize(cells_.size());
}

void CounterFamily::precreate(const SeriesLabels& labels) {
  cells_.find_or_add(labels);
  counts_.resize(cells_.size());
}

void CounterFamily::merge(const CounterFamily& other, std::span<const SeriesId> to) {
  for (const auto& [mine, theirs] : cells_.pairs_with(other.cells_, to))
    counts_[mine] += other.counts_[theirs];
}

void CounterFamily::add(CellId cell, std::span<const std::uint64_t> counts, model::Sum /*sum*/) {
  counts_.resize(cells_.size());
  counts_[cell] += counts[0];
}

SummaryFamily::SummaryFamily(FamilyDef def)
    : Family(std::move(def), model::MetricType::kSummary), totals_(cells_.size()) {}

void SummaryFamily::add_series(SeriesId id, const NewSeries& series) {
  cells_.add_series(id, series);
  totals_.resize(cells_.size());
}

void SummaryFamily::merge(const SummaryFamily& other, std::span<const SeriesId> to) {
  for (const auto& [mine, theirs] : cells_.pairs_with(other.cells_, to)) {
    totals_[mine].count += other.totals_[theirs].count;
    totals_[mine].sum += other.totals_[theirs].sum;
  }
}

void SummaryFamily::add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum) {
  totals_.resize(cells_.size());
  totals_[cell].count += counts[0];
  totals_[cell].sum += sum;
}

HistogramFamily::HistogramFamily(FamilyDef def, Buckets buckets)
    : Family(std::move(def), model::MetricType::kHistogram), buckets_(std::move(buckets)) {
  resize();
}

void HistogramFamily::resize() {
  counts_.resize(cells_.size() * buckets_.size());
  sums_.resize(cells_.size());
}

void HistogramFamily::add_series(SeriesId id, const NewSeries& series) {
  cells_.add_series(id, series);
  resize();
}

void HistogramFamily::merge(const HistogramFamily& other, std::span<const SeriesId> to) {
  const std::size_t width = buckets_.size();
  for (const auto& [mine, theirs] : cells_.pairs_with(other.cells_, to)) {
    for (std::size_t i = 0; i < width; ++i) counts_[mine * width + i] += other.counts_[theirs * width + i];
    sums_[mine] += other.sums_[theirs];
  }
}

void HistogramFamily::add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum) {
  resize();
  for (std::size_t i = 0; i < counts.size(); ++i) counts_[cell * buckets_.size() + i] += counts[i];
  sums_[cell] += sum;
}

}  // namespace routemeter::metric

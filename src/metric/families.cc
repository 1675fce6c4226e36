// SPDX-License-Identifier: Apache-2.0
#include "metric/families.h"

#include <numeric>
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

void CounterFamily::collect(model::Snapshot& out) const {
  model::Family family = make_family("");
  for (const CellId cell : cells_.sorted()) {
    model::Sample& sample = family.samples.emplace_back();
    sample.label_values = cells_.label_values(cell);
    sample.count = counts_[cell];
  }
  out.push_back(std::move(family));
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

void SummaryFamily::collect(model::Snapshot& out) const {
  model::Family family = make_family("bytes");
  for (const CellId cell : cells_.sorted()) {
    model::Sample& sample = family.samples.emplace_back();
    sample.label_values = cells_.label_values(cell);
    sample.count = totals_[cell].count;
    sample.sum = totals_[cell].sum;
  }
  out.push_back(std::move(family));
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

void HistogramFamily::collect(model::Snapshot& out) const {
  model::Family family = make_family("seconds");
  family.bounds = buckets_.seconds();
  family.decimals = 9;
  const std::size_t width = buckets_.size();
  for (const CellId cell : cells_.sorted()) {
    const auto first = counts_.begin() + static_cast<std::ptrdiff_t>(cell * width);
    const auto last = first + static_cast<std::ptrdiff_t>(width);
    const std::uint64_t count = std::accumulate(first, last, std::uint64_t{0});
    if (count == 0 && !cells_.unlabelled()) continue;
    model::Sample& sample = family.samples.emplace_back();
    sample.label_values = cells_.label_values(cell);
    sample.buckets.assign(first, last);
    sample.count = count;
    sample.sum = sums_[cell];
  }
  out.push_back(std::move(family));
}

void ZeroFamily::collect(model::Snapshot& out) const {
  model::Family family = make_family("");
  for (const CellId cell : cells_.sorted()) {
    family.samples.emplace_back().label_values = cells_.label_values(cell);
  }
  out.push_back(std::move(family));
}

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include "metric/families.h"

#include <numeric>
#include <utility>

namespace routemeter::metric {

model::Family make_family(const FamilyDef& def, const CellIndex& cells, model::MetricType type,
                          std::string unit) {
  model::Family family;
  family.name = def.name;
  family.help = def.help;
  family.type = type;
  if (!unit.empty() && def.name.ends_with("_" + unit)) family.unit = std::move(unit);
  family.label_names = cells.label_names();
  family.samples.reserve(cells.size());
  return family;
}

CounterFamily::CounterFamily(FamilyDef def)
    : def_(std::move(def)), cells_(def_.labels, def_.static_labels), counts_(cells_.size()) {}

void CounterFamily::add_series(SeriesId id, const SeriesLabels& labels) {
  cells_.add_series(id, labels);
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

void CounterFamily::collect(model::Snapshot& out) const {
  model::Family family = make_family(def_, cells_, model::MetricType::kCounter, "");
  for (const CellId cell : cells_.sorted()) {
    model::Sample& sample = family.samples.emplace_back();
    sample.label_values = cells_.label_values(cell);
    sample.count = counts_[cell];
  }
  out.push_back(std::move(family));
}

SummaryFamily::SummaryFamily(FamilyDef def)
    : def_(std::move(def)), cells_(def_.labels, def_.static_labels), totals_(cells_.size()) {}

void SummaryFamily::add_series(SeriesId id, const SeriesLabels& labels) {
  cells_.add_series(id, labels);
  totals_.resize(cells_.size());
}

void SummaryFamily::merge(const SummaryFamily& other, std::span<const SeriesId> to) {
  for (const auto& [mine, theirs] : cells_.pairs_with(other.cells_, to)) {
    totals_[mine].count += other.totals_[theirs].count;
    totals_[mine].sum += other.totals_[theirs].sum;
  }
}

void SummaryFamily::collect(model::Snapshot& out) const {
  model::Family family = make_family(def_, cells_, model::MetricType::kSummary, "bytes");
  for (const CellId cell : cells_.sorted()) {
    model::Sample& sample = family.samples.emplace_back();
    sample.label_values = cells_.label_values(cell);
    sample.count = totals_[cell].count;
    sample.sum = totals_[cell].sum;
  }
  out.push_back(std::move(family));
}

HistogramFamily::HistogramFamily(FamilyDef def, Buckets buckets)
    : def_(std::move(def)), cells_(def_.labels, def_.static_labels), buckets_(std::move(buckets)) {
  resize();
}

void HistogramFamily::resize() {
  counts_.resize(cells_.size() * buckets_.size());
  sums_.resize(cells_.size());
}

void HistogramFamily::add_series(SeriesId id, const SeriesLabels& labels) {
  cells_.add_series(id, labels);
  resize();
}

void HistogramFamily::merge(const HistogramFamily& other, std::span<const SeriesId> to) {
  const std::size_t width = buckets_.size();
  for (const auto& [mine, theirs] : cells_.pairs_with(other.cells_, to)) {
    for (std::size_t i = 0; i < width; ++i) counts_[mine * width + i] += other.counts_[theirs * width + i];
    sums_[mine] += other.sums_[theirs];
  }
}

void HistogramFamily::collect(model::Snapshot& out) const {
  model::Family family = make_family(def_, cells_, model::MetricType::kHistogram, "seconds");
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

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include "metric/store/family.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

namespace routemeter::metric {
namespace {

// Of durations and of sizes.
std::string_view unit_of(model::MetricType type) {
  if (type == model::MetricType::kHistogram) return "seconds";
  return type == model::MetricType::kSummary ? "bytes" : "";
}

}  // namespace

Family::Family(FamilyDef def, model::MetricType type, std::vector<double> bounds)
    : cells_(def.labels, def.static_labels),
      width_(counts_per_cell(type, bounds.size())),
      def_(std::move(def)),
      type_(type),
      bounds_(std::move(bounds)) {
  resize();
}

void Family::resize() {
  counts_.resize(cells_.size() * width_);
  if (has_sum(type_)) sums_.resize(cells_.size());
}

void Family::add_series(SeriesId id, const NewSeries& series) {
  cells_.add_series(id, series);
  resize();
}

void Family::precreate(const SeriesLabels& labels) {
  cells_.find_or_add(labels);
  resize();
}

void Family::add(CellId cell, std::span<const std::uint64_t> counts, model::Sum sum) {
  for (std::size_t i = 0; i < width_; ++i) counts_[cell * width_ + i] += counts[i];
  if (!sums_.empty()) sums_[cell] += sum;
}

void Family::merge(const Family& other, std::span<const SeriesId> to) {
  for (const auto& [mine, theirs] : cells_.pairs_with(other.cells_, to)) {
    add(mine, other.counts_of(theirs), other.sum_of(theirs));
  }
}

void Family::collect(model::Snapshot& out) const {
  model::Family family;
  family.name = def_.name;
  family.help = def_.help;
  family.type = type_;
  const std::string_view unit = unit_of(type_);
  // Only where the name ends with it, as OpenMetrics demands.
  if (!unit.empty() && def_.name.ends_with("_" + std::string(unit))) family.unit = unit;
  family.label_names = cells_.label_names();
  family.needs = def_.needs;
  family.bounds = bounds_;
  if (type_ == model::MetricType::kHistogram) family.decimals = 9;
  family.source = std::make_shared<FrozenCells>(type_, cells_.labels(), width_, counts_, sums_);
  out.push_back(std::move(family));
}

void Family::observe_many(SeriesId id, std::span<const std::uint64_t> counts, model::Sum sum) {
  add(cells_[id], counts, sum);
  cells_.note_requests(id, std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
}

bool Family::is_saved(CellId cell) const {
  const std::span<const std::uint64_t> counts = counts_of(cell);
  return counts.empty() || std::any_of(counts.begin(), counts.end(), [](std::uint64_t n) { return n != 0; });
}

void Family::save(util::Encoder& out) const {
  out.text(def_.name);
  out.u8(static_cast<std::uint8_t>(type_));
  out.u32(static_cast<std::uint32_t>(cells_.label_names().size()));
  for (const std::string& name : cells_.label_names()) out.text(name);
  out.u32(static_cast<std::uint32_t>(bounds_.size()));
  for (const double bound : bounds_) out.f64(bound);
  std::uint32_t saved = 0;
  for (CellId cell = 0; cell < cells_.size(); ++cell) saved += is_saved(cell) ? 1 : 0;
  out.u32(saved);
  for (CellId cell = 0; cell < cells_.size(); ++cell) {
    if (!is_saved(cell)) continue;
    cells_.save_labels(cell, out);
    for (const std::uint64_t count : counts_of(cell)) out.u64(count);
    if (has_sum(type_)) out.u128(sum_of(cell));
  }
}

bool Family::matches(const SavedFamily& saved) const {
  return saved.type == type_ && std::ranges::equal(saved.label_names, cells_.label_names()) &&
         saved.bounds == bounds_;
}

void Family::restore(const SavedFamily& saved, TextPool& pool) {
  if (!matches(saved)) return;
  const std::size_t names = saved.label_names.size();
  const std::span<const std::string_view> values(saved.label_values);
  const std::span<const std::uint64_t> all_counts(saved.counts);
  for (std::size_t i = 0; i < saved.cells; ++i) {
    const auto cell = cells_.find_or_add(values.subspan(i * names, names), pool);
    if (!cell) continue;
    resize();
    add(*cell, all_counts.subspan(i * width_, width_), has_sum(type_) ? saved.sums[i] : 0);
  }
}

void FrozenCells::each(const std::function<void(const model::Sample&)>& take) const {
  model::Sample sample;
  for (const CellId cell : labels_->order) {
    const std::span<const std::uint64_t> counts(counts_.data() + cell * width_, width_);
    sample.count = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    if (type_ == model::MetricType::kHistogram) {
      // A cell that was never observed is not exposed, unless it has no labels.
      if (sample.count == 0 && !labels_->unlabelled) continue;
      sample.buckets.assign(counts.begin(), counts.end());
    }
    if (!sums_.empty()) sample.sum = sums_[cell];
    labels_->copy_values(cell, sample.label_values);
    take(sample);
  }
}

void make_samples(model::Snapshot& frozen) {
  for (model::Family& family : frozen) {
    if (family.source == nullptr) continue;
    family.source->each([&family](const model::Sample& sample) { family.samples.push_back(sample); });
    family.source = nullptr;
  }
}

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include "metric/store/family.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "metric/store/frozen.h"

namespace routemeter::metric {
namespace {

// Of durations and of sizes.
std::string_view unit_of(model::MetricType type) {
  if (type == model::MetricType::kHistogram) return "seconds";
  return type == model::MetricType::kSummary ? "bytes" : "";
}

}  // namespace

Family::Family(FamilyDef def, model::MetricType type)
    : def_(std::move(def)), cells_(def_.labels, def_.static_labels), type_(type) {}

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
  family.bounds.assign(bounds().begin(), bounds().end());
  if (type_ == model::MetricType::kHistogram) family.decimals = 9;

  std::vector<std::uint64_t> counts;
  std::vector<model::Sum> sums;
  const std::size_t width = cells_.size() == 0 ? 0 : counts_of(0).size();
  counts.reserve(cells_.size() * width);
  sums.reserve(has_sum(type_) ? cells_.size() : 0);
  for (CellId cell = 0; cell < cells_.size(); ++cell) {
    const std::span<const std::uint64_t> own = counts_of(cell);
    counts.insert(counts.end(), own.begin(), own.end());
    if (has_sum(type_)) sums.push_back(sum_of(cell));
  }
  family.source =
      std::make_shared<FrozenCells>(type_, cells_.labels(), width, std::move(counts), std::move(sums));
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
  out.u32(static_cast<std::uint32_t>(bounds().size()));
  for (const double bound : bounds()) out.f64(bound);
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
         std::ranges::equal(saved.bounds, bounds());
}

void Family::restore(const SavedFamily& saved, TextPool& pool) {
  if (!matches(saved)) return;
  const std::size_t names = saved.label_names.size();
  const std::size_t counts = counts_per_cell(type_, saved.bounds.size());
  const std::span<const std::string_view> values(saved.label_values);
  const std::span<const std::uint64_t> all_counts(saved.counts);
  for (std::size_t i = 0; i < saved.cells; ++i) {
    const auto cell = cells_.find_or_add(values.subspan(i * names, names), pool);
    if (!cell) continue;
    add(*cell, all_counts.subspan(i * counts, counts), has_sum(type_) ? saved.sums[i] : 0);
  }
}

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#include "metric/store/frozen.h"

#include <numeric>
#include <span>

namespace routemeter::metric {

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

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "metric/store/cells.h"
#include "model/snapshot.h"

namespace routemeter::metric {

/// The integers of a family at some moment. Labels are shared with the family until it has a new cell, so
/// that freezing copies numbers and no text.
class FrozenCells final : public model::SampleSource {
 public:
  /// `counts`: `width` of each cell, as save() writes them; `sums`: one of each cell, or none at all.
  FrozenCells(model::MetricType type, std::shared_ptr<const CellLabels> labels, std::size_t width,
              std::vector<std::uint64_t> counts, std::vector<model::Sum> sums)
      : type_(type),
        labels_(std::move(labels)),
        width_(width),
        counts_(std::move(counts)),
        sums_(std::move(sums)) {}

  void each(const std::function<void(const model::Sample&)>& take) const override;

 private:
  model::MetricType type_;
  std::shared_ptr<const CellLabels> labels_;
  std::size_t width_;
  std::vector<std::uint64_t> counts_;
  std::vector<model::Sum> sums_;
};

/// Makes the samples of frozen families.
void make_samples(model::Snapshot& frozen);

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "metric/contract/plugin.h"
#include "metric/contract/request_labels.h"
#include "model/snapshot.h"
#include "util/codec.h"

// The saved state of a store, decoded. Labels and names are kept as text, so that they mean the same under
// other rules. All views point into the decoder's bytes.

namespace routemeter::metric {

/// The number of integers of a cell besides its sum, and whether it has a sum.
std::size_t counts_per_cell(model::MetricType type, std::size_t bounds);
bool has_sum(model::MetricType type);

struct SavedFamily {
  std::string_view name;
  model::MetricType type = model::MetricType::kCounter;
  std::vector<std::string_view> label_names;
  std::vector<double> bounds;
  std::size_t cells = 0;
  // One after the other for each cell:
  std::vector<std::string_view> label_values;
  std::vector<std::uint64_t> counts;
  std::vector<model::Sum> sums;
};

struct SavedStore {
  /// Requests whose labels became "other", by family.
  std::vector<std::pair<std::string_view, std::uint64_t>> overflow;
  /// The labels that told series apart, and the series; labels outside `used` are empty.
  LabelSubset used;
  std::vector<SeriesLabels> series;
  std::vector<SavedFamily> families;
};

/// None when the bytes are not what Store::save() writes, or hold a label that no page could show.
std::optional<SavedStore> decode_store(util::Decoder& in);

/// The parts that the store writes itself; the families follow, each by Family::save().
void encode_head(util::Encoder& out, const std::vector<std::pair<std::string, std::uint64_t>>& overflow,
                 LabelSubset used, std::span<const SeriesLabels> series, std::size_t families);

}  // namespace routemeter::metric

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/vocabulary.h"

namespace routemeter::metric {

/// Dense number of a combination of request labels.
using SeriesId = std::uint32_t;

/// Some of the request labels, by model::Label.
using LabelSubset = std::bitset<model::kRequestLabels.size()>;
constexpr LabelSubset label_set(model::Label label) { return 1ULL << label; }

/// What the library's families have when the rule file names no labels.
inline constexpr LabelSubset kLibraryLabels =
    1U << model::kHandlerLabel | 1U << model::kMethodLabel | 1U << model::kStatusLabel;

/// Those that clients write.
inline constexpr LabelSubset kClientLabels = [] {
  unsigned bits = 0;
  for (std::size_t label = 0; label < model::kRequestLabels.size(); ++label) {
    if (model::kRequestLabels[label].from_clients) bits |= 1U << label;
  }
  return bits;
}();

/// The label values of a series, as they will be exposed. The views live as long as the store.
using SeriesLabels = model::PerLabel<std::string_view>;

/// A new series as the families see it.
struct NewSeries {
  SeriesLabels labels;
  SeriesLabels other;  ///< with "other" for what a client wrote: for families that have no room for more
};

}  // namespace routemeter::metric

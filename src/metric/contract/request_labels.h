// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string_view>

namespace routemeter::metric {

/// Dense number of a (handler, method, status) triple, given by Store::series().
using SeriesId = std::uint32_t;

/// The request labels of a family.
struct LabelSubset {
  bool handler = false;
  bool method = false;
  bool status = false;

  constexpr LabelSubset operator|(LabelSubset o) const {
    return {handler || o.handler, method || o.method, status || o.status};
  }
  constexpr bool operator==(const LabelSubset&) const = default;
  constexpr bool none() const { return *this == LabelSubset{}; }
};

inline constexpr LabelSubset kNoLabels = {};
inline constexpr LabelSubset kAllLabels = {true, true, true};

/// The label values of a series, as they will be exposed. The views live as long as the store.
struct SeriesLabels {
  std::string_view handler;
  std::string_view method;
  std::string_view status;

  // clang-tidy 14 takes the defaulted <=> for a comparison with 0.
  auto operator<=>(const SeriesLabels&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// A label of a request: its name on the page, where both structs have it, and its bit in the durable state.
struct RequestLabel {
  std::string_view name;
  bool LabelSubset::*in_subset;
  std::string_view SeriesLabels::*value;
  std::uint8_t saved_bit;
};
/// All of them, sorted by name as on the page. A new one also needs its bits in SeriesKey (series_table.h)
/// and its number and text in the store.
inline constexpr std::array<RequestLabel, 3> kRequestLabels = {{
    {"handler", &LabelSubset::handler, &SeriesLabels::handler, 1},
    {"method", &LabelSubset::method, &SeriesLabels::method, 2},
    {"status", &LabelSubset::status, &SeriesLabels::status, 4},
}};

/// A new series as the families see it.
struct NewSeries {
  SeriesLabels labels;
  SeriesLabels other;  ///< with "other" for what a client wrote: for families that have no room for more
};

}  // namespace routemeter::metric

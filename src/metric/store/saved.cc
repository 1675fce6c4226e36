// SPDX-License-Identifier: Apache-2.0
#include "metric/store/saved.h"

#include <algorithm>

#include "util/utf8.h"

namespace routemeter::metric {
namespace {

constexpr std::uint32_t kFormat = 1;
// Format 1 began with these labels: each series has their texts, and those of later labels where they are
// used.
constexpr unsigned kFirstLabels = 7;

// Calls `take` with each label whose text a series has.
template <typename Take>
void each_saved_label(unsigned used_bits, const Take& take) {
  for (std::size_t label = 0; label < model::kRequestLabels.size(); ++label) {
    if (((used_bits | kFirstLabels) & model::kRequestLabels[label].saved_bit) != 0) take(label);
  }
}

std::string_view label_text(util::Decoder& in, bool& valid) {
  const std::string_view text = in.text();
  valid = valid && util::utf8_valid(text);
  return text;
}

// A number of items that follow, each of at least `bytes` bytes: nothing is allocated for what is not there.
std::size_t item_count(util::Decoder& in, std::size_t bytes, bool& valid) {
  const std::size_t count = in.u32();
  if (count <= in.left() / bytes) return count;
  valid = false;
  return 0;
}

bool decode_family(util::Decoder& in, SavedFamily& out) {
  bool valid = true;
  out.name = in.text();
  const std::uint8_t type = in.u8();
  if (type > static_cast<std::uint8_t>(model::MetricType::kSummary)) return false;
  out.type = static_cast<model::MetricType>(type);
  const std::size_t names = item_count(in, 4, valid);
  for (std::size_t i = 0; i < names; ++i) out.label_names.push_back(in.text());
  const std::size_t bounds = item_count(in, 8, valid);
  for (std::size_t i = 0; i < bounds; ++i) out.bounds.push_back(in.f64());
  const std::size_t counts = counts_per_cell(out.type, bounds);
  const bool sums = has_sum(out.type);
  out.cells = item_count(in, std::max<std::size_t>(1, names * 4 + counts * 8 + (sums ? 16 : 0)), valid);
  for (std::size_t cell = 0; cell < out.cells && valid && in.ok(); ++cell) {
    for (std::size_t i = 0; i < names; ++i) out.label_values.push_back(label_text(in, valid));
    for (std::size_t i = 0; i < counts; ++i) out.counts.push_back(in.u64());
    if (sums) out.sums.push_back(in.u128());
  }
  return valid && in.ok();
}

}  // namespace

std::size_t counts_per_cell(model::MetricType type, std::size_t bounds) {
  switch (type) {
    case model::MetricType::kGauge:
      return 0;
    case model::MetricType::kHistogram:
      return bounds + 1;
    case model::MetricType::kCounter:
    case model::MetricType::kSummary:
      break;
  }
  return 1;
}

bool has_sum(model::MetricType type) {
  return type == model::MetricType::kHistogram || type == model::MetricType::kSummary;
}

std::optional<SavedStore> decode_store(util::Decoder& in) {
  SavedStore out;
  bool valid = in.u32() == kFormat;
  const std::size_t overflow = item_count(in, 12, valid);
  for (std::size_t i = 0; i < overflow; ++i) {
    const std::string_view family = in.text();
    out.overflow.emplace_back(family, in.u64());
  }
  const std::uint8_t used = in.u8();
  for (std::size_t label = 0; label < out.used.size(); ++label) {
    out.used[label] = (used & model::kRequestLabels[label].saved_bit) != 0;
  }
  const std::size_t series = item_count(in, 12, valid);
  for (std::size_t i = 0; i < series && valid; ++i) {
    SeriesLabels& labels = out.series.emplace_back();
    each_saved_label(used, [&](std::size_t label) { labels[label] = label_text(in, valid); });
  }
  const std::size_t families = item_count(in, 17, valid);
  for (std::size_t i = 0; i < families && valid; ++i) valid = decode_family(in, out.families.emplace_back());
  if (!valid || !in.ok()) return std::nullopt;
  return out;
}

void encode_head(util::Encoder& out, const std::vector<std::pair<std::string, std::uint64_t>>& overflow,
                 LabelSubset used, std::span<const SeriesLabels> series, std::size_t families) {
  out.u32(kFormat);
  out.u32(static_cast<std::uint32_t>(overflow.size()));
  for (const auto& [family, count] : overflow) {
    out.text(family);
    out.u64(count);
  }
  unsigned used_bits = 0;
  for (std::size_t label = 0; label < used.size(); ++label) {
    if (used[label]) used_bits |= model::kRequestLabels[label].saved_bit;
  }
  out.u8(static_cast<std::uint8_t>(used_bits));
  out.u32(static_cast<std::uint32_t>(series.size()));
  for (const SeriesLabels& labels : series) {
    each_saved_label(used_bits,
                     [&](std::size_t label) { out.text(used[label] ? labels[label] : std::string_view()); });
  }
  out.u32(static_cast<std::uint32_t>(families));
}

}  // namespace routemeter::metric

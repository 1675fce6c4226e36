// SPDX-License-Identifier: Apache-2.0
#include "metric/series/label_index.h"

#include <bit>
#include <functional>
#include <string_view>

namespace routemeter::metric {

LabelIndex::Hash LabelIndex::hash_of(const SeriesLabels& labels) noexcept {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;
  std::uint64_t all = 0;
  for (const RequestLabel& label : kRequestLabels) {
    const std::string_view text = labels.*label.value;
    all = (all + (text.empty() ? 0 : std::hash<std::string_view>()(text))) * kGolden;
  }
  return static_cast<Hash>(all >> 32);  // its high bits depend on all bits before
}

std::uint32_t LabelIndex::find(const SeriesLabels& labels, Hash hash,
                               std::span<const SeriesLabels> list) const noexcept {
  for (std::size_t i = home(hash);; i = (i + 1) & (slots_.size() - 1)) {
    const std::uint32_t position = slots_[i];
    if (position == kNone || (hashes_[position] == hash && list[position] == labels)) return position;
  }
}

void LabelIndex::append(Hash hash) {
  const auto position = static_cast<std::uint32_t>(hashes_.size());
  hashes_.push_back(hash);
  if (hashes_.size() * 2 <= slots_.size()) return put(position);
  slots_.assign(slots_.size() * 2, kNone);
  for (std::uint32_t i = 0; i <= position; ++i) put(i);
}

std::size_t LabelIndex::home(Hash hash) const noexcept {
  return hash >> (32 - std::countr_zero(slots_.size()));
}

void LabelIndex::put(std::uint32_t position) noexcept {
  std::size_t i = home(hashes_[position]);
  while (slots_[i] != kNone) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = position;
}

}  // namespace routemeter::metric

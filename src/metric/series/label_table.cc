// SPDX-License-Identifier: Apache-2.0
#include "metric/series/label_table.h"

namespace routemeter::metric {

std::uint32_t LabelTable::append(std::string_view text) {
  const auto id = static_cast<std::uint32_t>(texts_.size());
  ids_.try_emplace(texts_.emplace_back(text), id);
  return id;
}

std::uint32_t LabelTable::add_from_file(std::string_view text) {
  const std::uint32_t id = append(text);
  from_file_ = texts_.size();
  return id;
}

std::optional<std::uint32_t> LabelTable::add_from_log(std::string_view text) {
  if (texts_.size() - from_file_ >= max_from_log_) return std::nullopt;
  return append(text);
}

std::uint32_t LabelTable::find_or_restore(std::string_view text) {
  const auto found = find(text);
  return found ? *found : append(text);
}

std::optional<std::uint32_t> LabelTable::find(std::string_view text) const {
  const auto found = ids_.find(text);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace routemeter::metric

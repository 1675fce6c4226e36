// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace routemeter::metric {

/// The values of one label, numbered. First those that the rule file bounds, then those that came from a log,
/// of which there are never more than a limit. The texts stay where they are.
class LabelTable {
 public:
  explicit LabelTable(std::size_t max_from_log) : max_from_log_(max_from_log) {}

  /// Always the next number, also for a text that is there already. Only before the first of the others.
  std::uint32_t add_from_file(std::string_view text);
  /// The number of a new text, or none when the limit is reached.
  std::optional<std::uint32_t> add_from_log(std::string_view text);
  /// The number of a text that a former run had; the limit was looked at then.
  std::uint32_t find_or_restore(std::string_view text);

  std::optional<std::uint32_t> find(std::string_view text) const;
  std::string_view text(std::uint32_t id) const { return texts_[id]; }
  bool is_from_log(std::uint32_t id) const { return id >= from_file_; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::uint32_t append(std::string_view text);

  std::size_t max_from_log_;
  std::size_t from_file_ = 0;
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, std::uint32_t> ids_;
};

}  // namespace routemeter::metric

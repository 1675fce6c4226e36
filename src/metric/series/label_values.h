// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "metric/contract/request_labels.h"

namespace routemeter::metric {

/// A label value that came from a log is at most this long.
inline constexpr std::size_t kMaxLabelBytes = 128;
using LabelBuffer = std::array<char, kMaxLabelBytes>;

/// Makes bytes that a client wrote fit for a label value: valid UTF-8 (each broken sequence becomes U+FFFD:
/// one invalid value makes Prometheus drop the whole page), C0, C1 and DEL as \xNN text, cut before the first
/// rune that does not fit. The result is `raw` itself or a view of `buffer`.
std::string_view clean_label(std::string_view raw, LabelBuffer& buffer) noexcept;

/// The values of one label, numbered. First those that the rule file bounds, then those that came from a log,
/// of which there are never more than a limit. The texts stay where they are.
class LabelTable {
 public:
  explicit LabelTable(std::size_t max_from_log = 0) : max_from_log_(max_from_log) {}

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

/// Keeps texts, each once. The views that it gives live as long as the pool, also when it is moved.
class TextPool {
 public:
  std::string_view keep(std::string_view text) { return *texts_.emplace(text).first; }

 private:
  std::unordered_set<std::string> texts_;
};

/// Counts the requests of which a label became "other". A family sees only the labels that it has, so every
/// combination of them is kept apart.
class Overflow {
 public:
  /// A request that had lost the labels `before` loses others as well.
  void add(LabelSubset before, LabelSubset lost) {
    if (before.any()) --requests_[before.to_ulong()];
    ++requests_[(before | lost).to_ulong()];
  }
  void add(const Overflow& other) {
    for (std::size_t i = 0; i < requests_.size(); ++i) requests_[i] += other.requests_[i];
  }

  /// The requests that lost any of these labels.
  std::uint64_t of(LabelSubset labels) const {
    std::uint64_t sum = 0;
    for (std::size_t lost = 0; lost < requests_.size(); ++lost) {
      if ((labels & LabelSubset(lost)).any()) sum += requests_[lost];
    }
    return sum;
  }

 private:
  std::array<std::uint64_t, 1U << model::kRequestLabels.size()> requests_{};  // by what they lost
};

}  // namespace routemeter::metric

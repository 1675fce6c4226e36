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

/// Keeps texts, each once. The views that it gives live as long as the pool, also when it is moved.
class TextPool {
 public:
  std::string_view keep(std::string_view text) { return *texts_.emplace(text).first; }

 private:
  std::unordered_set<std::string> texts_;
};

/// Counts the requests whose handler or method became "other". A family sees only the labels that it has, so
/// both and each are kept apart.
class Overflow {
 public:
  /// A request lost its handler, its method or both.
  void add(bool handler, bool method) {
    handler_ += handler ? 1 : 0;
    method_ += method ? 1 : 0;
    both_ += handler && method ? 1 : 0;
  }
  /// A request that had lost one already loses the other as well.
  void add_second(bool method) {
    ++(method ? method_ : handler_);
    ++both_;
  }
  void add(const Overflow& other) {
    handler_ += other.handler_;
    method_ += other.method_;
    both_ += other.both_;
  }

  std::uint64_t of(LabelSubset labels) const {
    if (labels.handler && labels.method) return handler_ + method_ - both_;
    return labels.handler ? handler_ : (labels.method ? method_ : 0);
  }

 private:
  std::uint64_t handler_ = 0;
  std::uint64_t method_ = 0;
  std::uint64_t both_ = 0;
};

}  // namespace routemeter::metric

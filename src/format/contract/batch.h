// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "format/contract/block_index.h"
#include "model/request.h"
#include "model/vocabulary.h"

namespace routemeter::format {

/// Lines that are parsed together: a loop over many lines is faster than a call for each. It is big and holds
/// nothing of a log, so each thread has one for all its logs.
class Batch {
 public:
  static constexpr std::size_t kLines = 32;

  struct Line {
    std::string_view text;  ///< without its end, and without NULs before it: see clean_line()
    model::Reason reason = model::Reason::kNone;
    model::Request request;  ///< if kNone
  };

  /// From now on the lines of `text`, each with its newline, are parsed.
  void start(std::string_view text) noexcept {
    rest_ = text;
    index_.clear();
    count_ = 0;
  }
  /// Whether lines are left that were not parsed yet.
  bool has_more() const noexcept { return !rest_.empty(); }

  /// The lines that the last Parser::parse() took.
  const Line* begin() const noexcept { return lines_.data(); }
  const Line* end() const noexcept { return lines_.data() + count_; }

  // For parsers.
  void clear() noexcept { count_ = 0; }
  bool is_full() const noexcept { return count_ == kLines; }
  /// The place for the next line, which keep() adds. Its request still has old values: a parser has to set
  /// all of it.
  Line& next_line() noexcept { return lines_[count_]; }
  void keep() noexcept { ++count_; }
  /// The text that is not parsed yet; it starts with a line.
  std::string_view rest() const noexcept { return rest_; }
  void take(std::size_t bytes) noexcept { rest_.remove_prefix(bytes); }
  /// The places of the next line, if it has so many and the index reaches so far; as BlockIndex::next(). All
  /// of them have `behind` readable bytes behind them.
  const std::uint16_t* places(BlockIndex::Kind kind, std::size_t count, std::size_t behind) noexcept {
    if (const std::uint16_t* const known = index_.next(count)) return known;
    if (rest_.size() <= behind || !index_.build(kind, rest_.data(), rest_.size() - behind)) return nullptr;
    return index_.next(count);
  }
  /// next_line() is the one that ends at the last of `count` places: keeps it.
  void keep(const std::uint16_t* places, std::size_t count) noexcept {
    Line& line = next_line();
    line.text = text_to(places[count]);
    line.reason = model::Reason::kNone;
    take(line.text.size() + 1);
    index_.advance(count);
    keep();
  }
  /// The next line's bytes up to a place.
  std::string_view text_to(std::uint16_t place) const noexcept {
    return {rest_.data(), static_cast<std::size_t>(index_.base() + place - rest_.data())};
  }
  BlockIndex& index() noexcept { return index_; }

 private:
  std::string_view rest_;
  std::size_t count_ = 0;
  std::array<Line, kLines> lines_;
  BlockIndex index_;
};

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace routemeter::format {

/// The places in a line where its fields can end: every quote, and the blanks that are in no quotes. Made for
/// the whole line at once, 64 bytes a step, so that the fields need not be searched for one behind the other
/// (the idea is simdjson's). x86-64 with AVX2, BMI, PCLMUL and POPCNT only; elsewhere nothing is indexed.
class LineIndex {
 public:
  static constexpr std::size_t kMaxLine = 1023;  ///< longer ones are rare, and not indexed
  static constexpr std::size_t kMaxPlaces = 60;

  /// Whether this processor can.
  static bool available() noexcept { return kMaker != nullptr; }
  /// The ways to build that this processor has, the best one first.
  using Maker = bool (*)(std::string_view, LineIndex&) noexcept;
  static std::vector<Maker> makers();

  /// False when the line cannot be indexed: too long, too many places, or a backslash, which may quote a
  /// quote. Only when available(). Reads nothing outside of the line.
  bool build(std::string_view line) noexcept { return line.size() <= kMaxLine && kMaker(line, *this); }

  /// The number of places, and where they are: [1] is the first; [0] is 0, and [count() + 1] the line's size.
  std::size_t count() const noexcept { return count_; }
  std::size_t operator[](std::size_t place) const noexcept { return places_[place]; }

 private:
  friend struct LineIndexMaker;
  static const Maker kMaker;
  static constexpr std::size_t kBatch = 64;  // places of one step, written before they are counted

  std::size_t count_ = 0;
  std::array<std::uint16_t, kMaxPlaces + kBatch + 2> places_;
};

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "format/scan/points.h"
#include "model/request.h"
#include "model/rule_file.h"

namespace routemeter::format {

/// The status and the numbers of a line, read together, eight bytes at most of each. Where a digit or a point
/// is missing or out of place it takes a closer look (number.h).
class QuickNumbers {
 public:
  /// `point` is where the field begins, the next one its end; eight bytes before its end must be readable.
  void add_size(std::uint16_t point, model::Field field, std::uint64_t model::Request::*out);
  void add_duration(std::uint16_t point, model::Field field, std::uint64_t model::Request::*out,
                    model::Unit unit);
  /// Call once, when all others are there.
  void add_status(std::uint16_t point);

  /// Sets the status, the numbers and which of them are known; or false, then anything may be set.
  bool read(const char* base, const Points::Found& points, model::Request& out) const noexcept {
    return read_(*this, base, points, out);
  }

  using Read = bool (*)(const QuickNumbers&, const char* base, const Points::Found& points,
                        model::Request& out) noexcept;
  /// The ways to read these numbers that this processor has, the best one first.
  std::vector<Read> ways() const;

 private:
  friend struct QuickNumbersWays;
  static constexpr std::size_t kMost = 8;  // status included

  struct Number {
    std::uint16_t point = 0;
    model::Field field = model::Field::kStatus;
    bool is_duration = false;
    std::uint8_t decimals = 0;  ///< of durations: how many of them are nanoseconds
    std::uint64_t model::Request::*out = nullptr;
  };
  void add(const Number& number);

  std::vector<Number> numbers_;
  std::uint16_t status_ = 0;
  Read read_ = nullptr;
  // The same, by lanes of a vector; the status is the last one.
  std::array<std::uint16_t, 32> from_{};
  std::array<std::uint16_t, 32> to_{};
  std::array<std::uint64_t, kMost> ones_{};         ///< nanoseconds of 1, of sizes 1
  std::array<std::uint64_t, kMost> thousandths_{};  ///< and of 0.001
  std::uint8_t lanes_ = 0;
  std::uint8_t point_lanes_ = 0;  ///< that may have three decimals
};

}  // namespace routemeter::format

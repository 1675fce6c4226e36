// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace routemeter::format {

/// Bytes of a line by their distances from its places (BlockIndex). All are found at once: with AVX-512 in
/// two instructions for 32 of them.
class FieldOffsets {
 public:
  static constexpr std::size_t kMost = 256;
  using Found = std::array<std::uint16_t, kMost>;
  /// So many places must be readable.
  static constexpr std::size_t kReadable = 64;

  /// Adds one and returns its number. `offset` from the place may wrap below 0.
  std::uint16_t add(std::size_t place, std::size_t offset);
  /// Call once when all are there. False when they are too many.
  bool finish();

  /// out[i] is where point i is, counted as the places are.
  void find(const std::uint16_t* places, Found& out) const noexcept { find_(*this, places, out); }

  using Find = void (*)(const FieldOffsets&, const std::uint16_t* places, Found& out) noexcept;
  /// The ways to find these points that this processor has, the best one first.
  std::vector<Find> ways() const;

 private:
  friend struct FieldOffsetsWays;
  static constexpr std::size_t kGroup = 32;

  std::size_t count_ = 0;
  std::vector<std::uint16_t> places_;
  std::vector<std::uint16_t> offsets_;  ///< both filled up to whole groups
  Find find_ = nullptr;
};

}  // namespace routemeter::format

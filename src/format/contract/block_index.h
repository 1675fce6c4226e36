// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace routemeter::format {

/// The places in a run of lines where a field can end: newlines, quotes, and in text the blanks and brackets
/// outside of quotes; a newline closes an open quote. Some thousand bytes are indexed at once, 64 a step and
/// without a branch on them, so that lines and fields need not be searched for one after the other (the idea
/// is simdjson's). Bytes that need care are places too, so that a line with them has too many: a backslash,
/// which may escape a quote, and in JSON every byte that is not printable ASCII. x86-64 with AVX2, BMI,
/// PCLMUL and POPCNT only; elsewhere nothing is indexed.
class BlockIndex {
 public:
  enum class Kind : std::uint8_t { kText, kJson };

  static constexpr std::size_t kStep = 64;
  static constexpr std::size_t kBytes = 8192;  ///< the most that is indexed at once: all of it fits into L1

  /// Whether this processor can.
  static bool available() noexcept { return kMakers.text != nullptr; }
  /// A way to index `steps` steps from `begin`: writes the places, counted from `begin`, to `out`, up to
  /// kStep behind the last one too, and returns their number. The bytes begin outside of quotes.
  using Maker = std::size_t (*)(const char* begin, std::size_t steps, std::uint16_t* out) noexcept;
  struct Makers {
    Maker text = nullptr;
    Maker json = nullptr;
  };
  /// Those that this processor has, the best ones first.
  static std::vector<Makers> makers();

  /// Forgets everything: the bytes may have changed.
  void clear() noexcept { begin_ = nullptr, count_ = at_ = 0; }

  /// The `count` places from the present line on, or null when fewer are known. [0] is the newline before the
  /// line, [1] its first place.
  const std::uint16_t* next(std::size_t count) const noexcept {
    return count_ - at_ >= count ? &places_[at_] : nullptr;
  }
  /// The byte that places count from.
  const char* base() const noexcept { return begin_; }
  /// The present line ends at the place next()[places].
  void advance(std::size_t places) noexcept { at_ += places; }

  /// Indexes anew, from the line that starts at `begin`, as many whole steps of `size` bytes as may be. False
  /// when that is what is known already: nothing more can be indexed.
  bool build(Kind kind, const char* begin, std::size_t size) noexcept;

  /// The present line was taken as a whole: goes to the next one, or forgets everything when it ends where
  /// nothing is known.
  void skip_line() noexcept;

 private:
  static const Makers kMakers;

  const char* begin_ = nullptr;
  std::size_t count_ = 0;  ///< of places behind [0]
  std::size_t at_ = 0;
  /// [0] stands for the newline before the first line: one before the first byte, as numbers of 16 bits wrap.
  std::array<std::uint16_t, 1 + kBytes + kStep> places_;
};

}  // namespace routemeter::format

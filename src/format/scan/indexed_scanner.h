// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/block_index.h"
#include "format/scan/field_class.h"
#include "format/scan/field_offsets.h"
#include "util/bytes.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace routemeter::format {

/// Up to sixteen bytes that are compared at once.
class Literal16 {
 public:
  static constexpr std::size_t kSize = 16;

  /// The first bytes of `text`.
  explicit Literal16(std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), kSize);
    std::memcpy(bytes_.data(), text.data(), size);
    std::memset(mask_.data(), 0xFF, size);
  }

  /// Gathers the differences of several literals.
  class Differences {
   public:
    /// Looks at the sixteen bytes from `at`.
    void add(const Literal16& literal, const char* at) noexcept {
#ifdef __SSE2__
      const auto load = [](const char* from) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
      };
      all_ = _mm_or_si128(all_, _mm_and_si128(_mm_xor_si128(load(at), load(literal.bytes_.data())),
                                              load(literal.mask_.data())));
#else
      for (const std::size_t i : {0U, 8U}) {
        all_ |= (util::load64(at + i) ^ util::load64(&literal.bytes_[i])) & util::load64(&literal.mask_[i]);
      }
#endif
    }
    bool any() const noexcept {
#ifdef __SSE2__
      return _mm_movemask_epi8(_mm_cmpeq_epi8(all_, _mm_setzero_si128())) != 0xFFFF;
#else
      return all_ != 0;
#endif
    }

   private:
#ifdef __SSE2__
    __m128i all_ = _mm_setzero_si128();
#else
    std::uint64_t all_ = 0;
#endif
  };

 private:
  std::array<char, kSize> bytes_{};
  std::array<char, kSize> mask_{};
};

/// The fast path for splitting a line, for formats whose fields all end at a quote, or at a blank or bracket
/// outside of quotes, and hold no such byte. The n-th such place of a line (BlockIndex) then always ends the
/// same field, so that all literals are compared and all fields are cut at once, by number. Other lines are
/// left to LineScanner, which knows every case; for lines that fit, both find the same.
class IndexedScanner {
 public:
  /// Whether the last literal is followed by the end of the line or by more that is not looked at.
  enum class Ends : std::uint8_t { kWithLine, kBeforeLineEnd };

  /// `kind` says which bytes are places.
  explicit IndexedScanner(BlockIndex::Kind kind = BlockIndex::Kind::kText, Ends ends = Ends::kWithLine)
      : kind_(kind), ends_(ends) {}

  /// Parts as for LineScanner, and in the same order.
  void add_literal(std::string_view text);
  void add_field(FieldClass cls, std::uint8_t slot);
  void finish();

  /// Whether the format is such a one, and the processor able.
  bool usable() const noexcept { return usable_; }
  /// The number of places that a line has, the newline at its end included if that is where it ends.
  std::size_t places() const noexcept { return places_; }
  /// So many bytes behind every place must be readable.
  static constexpr std::size_t kBehind = 144;

  /// Whether a line fits; if not, LineScanner has to look at it. `places`, of which there are places() + 1,
  /// count from `base` and begin with the newline before the line. Fills `points`, with which the fields are
  /// cut.
  bool scan(const char* base, const std::uint16_t* places, FieldOffsets::Found& points) const noexcept;

  /// The point at which the field of a slot begins; the next one is its end.
  std::uint16_t point_of(std::uint8_t slot) const noexcept { return field_points_[slot]; }
  static std::string_view text(std::uint16_t point, const char* base,
                               const FieldOffsets::Found& points) noexcept {
    return {base + points[point], static_cast<std::size_t>(points[point + 1U] - points[point])};
  }
  /// Whether the field of a slot has so many bytes of its line before it, whatever the line.
  bool is_behind(std::uint8_t slot, std::size_t bytes) const noexcept { return least_[slot] >= bytes; }
  /// The texts of all fields that have a slot.
  void cut(const char* base, const FieldOffsets::Found& points, std::string_view* captures) const noexcept;

 private:
  /// A field by its places, while planning.
  struct Cut {
    std::size_t from = 0;
    std::size_t skip = 0;  ///< bytes from the place `from` to the field
    std::size_t to = 0;
    std::size_t back = 0;   ///< bytes from the end of the field to the place `to`
    std::size_t least = 0;  ///< bytes of the literals before it
    FieldClass cls = FieldClass::kText;
    std::uint8_t slot = kNoSlot;
  };
  struct Part {
    bool is_field = false;
    std::string text;
    FieldClass cls = FieldClass::kText;
    std::uint8_t slot = 0;
  };

  bool plan();
  void add_fields(const std::vector<Cut>& cuts);
  bool too_long(std::string_view literal) const { return literal.size() > kBehind - Literal16::kSize; }
  static bool can_cut(FieldClass cls, bool quoted, std::size_t first);
  void expect(std::string_view literal, std::size_t place, std::size_t offset);

  BlockIndex::Kind kind_;
  Ends ends_;
  std::vector<Part> parts_;
  std::vector<Literal16> literals_;  ///< what must stand at the first points
  FieldOffsets points_;
  std::vector<std::uint16_t> field_points_;  ///< by slot
  std::vector<std::size_t> least_;           ///< by slot: the literals before the field
  /// The points of fields that end before their place: the place alone does not say that they exist.
  std::vector<std::uint16_t> short_;
  std::vector<std::uint16_t> lists_;  ///< of kList, which must have one element
  std::size_t places_ = 0;
  bool usable_ = false;
};

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "format/line_index.h"
#include "format/scanner_types.h"
#include "util/find_byte.h"

namespace routemeter::format {

/// The fast way to split a line: where every field of a format ends at a quote or at a blank outside of
/// quotes, and holds none itself, the n-th such place of the line always ends the same field. So all fields
/// are cut at once, by number, and only then compared with the literals between them. A line that does not
/// fit this is left to Scanner, which knows every case; what fits is what Scanner would find.
class IndexedScanner {
 public:
  /// Parts as for Scanner, and in the same order.
  void add_literal(std::string_view text);
  void add_field(FieldClass cls, std::uint8_t slot);
  /// `unused` takes the texts of the fields that have no slot.
  void finish(std::uint8_t unused);

  /// Whether the format is such a one, and the processor able.
  bool usable() const noexcept { return usable_; }
  /// Fills the captures and is true, or is false: then nothing is said about the line.
  bool scan(std::string_view line, std::string_view* captures, LineIndex& index) const noexcept;

 private:
  /// What must hold of a field beside its ends.
  enum class Check : std::uint8_t { kNone, kTime, kOneElement };
  struct Field {
    std::uint64_t head = 0;       ///< the first eight bytes of the literal behind it ...
    std::uint64_t head_mask = 0;  ///< ... those of them that it has
    std::uint16_t from = 0;       ///< the place that it begins after
    std::uint16_t to = 0;         ///< the place that it ends before
    std::uint16_t skip = 0;       ///< bytes from `from` to the field
    std::uint16_t back = 0;       ///< bytes from the end of the field to `to`
    std::uint32_t size = 0;       ///< of the literal
    std::uint32_t at = 0;         ///< of the literal in literals_
    Check check = Check::kNone;
    std::uint8_t slot = 0;
  };
  struct Cut {
    std::size_t from = 0;
    std::size_t end = 0;
  };
  static Cut cut_at(const Field& field, const LineIndex& index) noexcept {
    return {index[field.from] + field.skip, index[field.to] - field.back};
  }
  struct Part {
    bool is_field = false;
    std::string text;
    FieldClass cls = FieldClass::kText;
    std::uint8_t slot = 0;
  };

  bool plan();
  bool has_literal(const Field& field, std::string_view line, std::size_t end) const noexcept;
  bool holds(const Field& field, std::string_view line, const LineIndex& index) const noexcept;

  std::vector<Part> parts_;
  std::vector<Field> fields_;
  std::vector<Field>
      checked_;  ///< those of them that need a closer look: Check, or a literal of more than 8 bytes
  std::string prefix_;
  std::string literals_;
  std::size_t places_ = 0;
  std::size_t quick_ = 0;  ///< so many of fields_ have eight bytes or more behind them
  bool usable_ = false;
};

}  // namespace routemeter::format

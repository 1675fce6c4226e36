// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/batch.h"
#include "format/contract/format.h"
#include "format/scan/indexed_scanner.h"
#include "format/scan/line_scanner.h"
#include "format/value/fast_numbers.h"
#include "format/value/log_escape.h"
#include "model/request.h"
#include "model/rule_file.h"

namespace routemeter::format {

/// A slot for every Field, the logname and the user, and one for all parts that nobody needs.
inline constexpr std::size_t kTextSlots = kFieldCount + 3;

/// The slots of the scanner that feed each Field of a text format.
struct TextSlots {
  /// How the parser finds and reads one Field.
  struct Slot {
    std::uint8_t index = kNoSlot;
    bool list = false;
    model::Unit unit = model::Unit::kSeconds;

    bool used() const { return index != kNoSlot; }
  };

  ByField<Slot> slots;
  /// Of "$remote_logname $remote_user"; kNoSlot if the format does not have them beside each other.
  std::uint8_t logname = kNoSlot;
  std::uint8_t user = kNoSlot;

  const Slot& slot(model::Field field) const { return slots[field]; }
  /// Whether the line has the method or the target as a field of its own, maybe beside a request line.
  bool has_parts() const { return slot(model::Field::kMethod).used() || slot(model::Field::kTarget).used(); }
};

/// The fast path for the fields of a line that IndexedScanner has cut: a request line with a known method and
/// a path, a status, and numbers of up to eight bytes, all of them read together.
class FastFieldReader {
 public:
  /// The scanner has to be finished.
  void plan(const TextSlots& slots, const IndexedScanner& scanner);
  bool usable() const noexcept { return usable_; }

  /// Sets all of `out` and returns true; false if a field is unusual, so that TextParser must look at it.
  bool read(const char* base, const FieldOffsets::Found& points, const char* line_end,
            model::Request& out) const noexcept;

 private:
  bool usable_ = false;
  std::uint16_t request_ = 0;  ///< this and all others: points
  std::array<std::optional<std::uint16_t>, std::size(kTextFields)> texts_;
  std::optional<std::uint16_t> logname_;  ///< must be "-": else see TextParser::shifted()
  FastNumbers numbers_;
};

/// How the lines of a text format are split, and which part feeds which Field. Immutable, shared by parsers.
struct TextLayout : TextSlots {
  LineScanner scanner;
  IndexedScanner indexed;  ///< the fast path for cutting a line
  FastFieldReader fast;    ///< and for reading its fields
  EscapeStyle escape = EscapeStyle::kNone;
  std::vector<std::string> steps;  ///< the scanner's fields as the string writes them
};

/// Reads the lines of a text format: with the fast path if they are as usual, else with LineScanner.
class TextParser final : public Parser {
 public:
  explicit TextParser(std::shared_ptr<const TextLayout> layout) : layout_(std::move(layout)) {}

  using Parser::parse;
  model::Reason parse(std::string_view line, model::Request& out) noexcept override;
  void parse(Batch& batch) noexcept override;

  /// The text of a field in the last line that had the format's shape, empty when the format has none.
  std::string_view text(model::Field field) const {
    const TextLayout::Slot& slot = layout_->slot(field);
    return slot.used() ? captures_[slot.index] : std::string_view();
  }

 private:
  bool parse_by_index(Batch& batch) noexcept;
  /// Turns the captures, which lie in `line`, into a request; sets all of `out`.
  model::Reason interpret(std::string_view line, model::Request& out) noexcept;
  bool shifted() const;
  std::string_view plain(model::Field field);
  model::Reason read_request(model::Request& out);
  bool read_status(std::string_view line, model::Request& out) const;
  bool read_number(const NumberField& number, std::string_view line, model::Request& out) const;

  std::shared_ptr<const TextLayout> layout_;
  std::array<std::string_view, kTextSlots> captures_{};
  LineScanner::Scratch scratch_;
  bool is_plain_ = false;  ///< the line is known to have no backslash
  ByField<std::string> unescaped_;
};

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "format/json/json_document.h"
#include "format/json/json_plan.h"
#include "format/scan/indexed_scanner.h"

namespace routemeter::format {

/// What the lines of one logger have in common: everything but the values. Learnt from a line that was read
/// as JSON; a line that differs from it in nothing but values without surprises is JSON, too, with the same
/// keys.
class JsonShape {
 public:
  /// What was found in the line that a shape is learnt from.
  struct Example {
    std::string_view line;
    const JsonRow* row;
    const SlotSet* present;
    const std::array<JsonScalar, kMaxSlots>* values;  ///< views into `line`
  };
  /// `fields` are those that the line has a place for. Null when other lines can hardly be like this one:
  /// escapes in it, or bytes that are not printable ASCII.
  static std::unique_ptr<JsonShape> learn(const Example& example, model::FieldSet fields);

  std::size_t places() const noexcept { return scanner_.places(); }
  /// Fills the values of the present slots and is true when the line has the shape; else says nothing.
  /// `base` and `places` as for IndexedScanner::scan().
  bool scan(const char* base, const std::uint16_t* places,
            std::array<JsonScalar, kMaxSlots>& values) const noexcept;

  /// The dialect, with nothing in it but what such lines have.
  const JsonRow& row() const noexcept { return row_; }
  const SlotSet& present() const noexcept { return present_; }
  model::FieldSet fields() const noexcept { return fields_; }

 private:
  /// A value that a slot takes or that has to be looked at.
  struct Value {
    int slot = JsonKeys::kNone;
    bool is_string = false;
    std::uint16_t point = 0;  ///< of the scanner
  };
  static constexpr std::size_t kMaxValues = 96;

  bool add_values(const Example& example);

  IndexedScanner scanner_{BlockIndex::Kind::kJson};
  std::vector<Value> values_;  ///< by the scanner's slot
  SlotSet present_;
  model::FieldSet fields_;
  JsonRow row_;
};

}  // namespace routemeter::format

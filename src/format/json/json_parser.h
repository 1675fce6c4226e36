// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "format/contract/batch.h"
#include "format/contract/format.h"
#include "format/json/json_document.h"
#include "format/json/json_plan.h"
#include "format/scan/indexed_scanner.h"

namespace routemeter::format {

/// The part that all lines of one logger share: everything but the values. It is learnt from a line that
/// simdjson has read. A line that differs from it only in plain values is JSON with the same keys, and is cut
/// without parsing it again.
class JsonShape {
 public:
  /// The line that a shape is learnt from, and its values.
  struct Example {
    std::string_view line;
    const JsonRow* row;
    const SlotSet* present;
    const std::array<JsonScalar, kMaxSlots>* values;  ///< views into `line`
  };
  /// `fields` are those that the line has a place for. Null for a line with escapes or with bytes that are
  /// not printable ASCII: few others will be like it.
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

/// Reads lines that are JSON objects: by simdjson, and those that differ from an earlier one in nothing but
/// values by cutting them like text.
class JsonParser final : public Parser {
 public:
  explicit JsonParser(std::shared_ptr<const JsonPlan> plan) : plan_(std::move(plan)) {}

  model::Reason parse(std::string_view line, model::Request& out) noexcept override;
  void parse(Batch& batch) noexcept override;

  /// The keys that feed the fields of the last line; empty when no dialect fits it.
  std::vector<FieldUse> uses() const;

 private:
  bool read_object(simdjson::ondemand::object& object, int at) noexcept;
  void note(const JsonKeys::Key& key, const JsonScalar& scalar) noexcept;
  bool parse_by_shape(Batch& batch) noexcept;
  void learn_shape() noexcept;

  /// Turns the values, which lie behind `readable`, into a request; sets all of `out` but `present`.
  model::Reason interpret(const char* readable, model::Request& out) noexcept;
  model::Reason fill_request(const char* readable, model::Request& out) noexcept;
  bool fill_number(const char* readable, const NumberField& number, model::Request& out) noexcept;

  model::FieldSet fields_present() const;
  bool is_present(model::Field field) const noexcept { return row_->has(field, present_); }
  const JsonSource* first_present(model::Field field) const noexcept;
  const JsonScalar& value_of(const JsonSource& source) const noexcept { return values_[source.slot]; }
  std::string_view text(model::Field field) noexcept;
  bool has_request_line(std::string_view line) const noexcept;

  std::shared_ptr<const JsonPlan> plan_;
  JsonDocument document_;
  SlotSet present_;
  std::array<int, kMaxSlots> depths_{};
  std::array<JsonScalar, kMaxSlots> values_;
  ByField<std::string> scratch_;
  const JsonRow* row_ = nullptr;
  bool is_plain_ = false;  ///< the line is known to have no backslash

  std::vector<std::unique_ptr<JsonShape>> shapes_;  ///< the one that was found last is the first
  int credit_ = 0;
};

}  // namespace routemeter::format

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
#include "format/json/json_shape.h"

namespace routemeter::format {

/// Reads lines that are JSON objects: by simdjson, and those that differ from an earlier one in nothing but
/// values by cutting them like text.
class JsonParser final : public Parser {
 public:
  explicit JsonParser(std::shared_ptr<const JsonPlan> plan) : plan_(std::move(plan)) {}

  model::Reason parse(std::string_view line, model::Request& out) noexcept override;
  void parse(Batch& batch) noexcept override;

  /// What feeds what in the last line; nothing when it is in no dialect.
  std::vector<FieldUse> uses() const;

 private:
  bool read_object(simdjson::ondemand::object& object, int at) noexcept;
  void note(const JsonKeys::Key& key, const JsonScalar& scalar) noexcept;
  bool parse_by_shape(Batch& batch) noexcept;
  void learn_shape() noexcept;

  /// What the values say, which lie behind `readable`; sets all of `out` but `present`.
  model::Reason interpret(const char* readable, model::Request& out) noexcept;
  model::Reason fill_request(const char* readable, model::Request& out) noexcept;
  bool fill_duration(const char* readable, model::Field field, model::Request& out,
                     std::uint64_t& number) noexcept;
  bool fill_size(const char* readable, model::Field field, model::Request& out,
                 std::uint64_t& number) noexcept;

  model::FieldSet fields_present() const;
  bool is_present(model::Field field) const noexcept { return row_->has(field, present_); }
  const JsonSource* first_present(model::Field field) const noexcept;
  const JsonScalar& value_of(const JsonSource& source) const noexcept {
    return values_[static_cast<std::size_t>(source.slot)];
  }
  std::string_view text(model::Field field) noexcept;
  bool has_request_line(std::string_view line) const noexcept;

  std::shared_ptr<const JsonPlan> plan_;
  JsonDocument document_;
  SlotSet present_;
  std::array<int, kMaxSlots> depths_{};
  std::array<JsonScalar, kMaxSlots> values_;
  std::array<std::string, kFieldCount> scratch_;
  const JsonRow* row_ = nullptr;
  bool is_plain_ = false;  ///< the line is known to have no backslash

  std::vector<std::unique_ptr<JsonShape>> shapes_;  ///< the one that was found last is the first
  int credit_ = 0;
};

}  // namespace routemeter::format

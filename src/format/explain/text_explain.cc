// SPDX-License-Identifier: Apache-2.0
#include "format/explain/text_explain.h"

#include "format/value/number.h"

namespace routemeter::format {
namespace {

using model::Field;
using model::Reason;

bool is_number(Field field) {
  return field == Field::kDuration || field == Field::kTimeToFirstByte || field == Field::kRequestSize ||
         field == Field::kResponseSize;
}

/// Only whether it can be read counts here, so any unit does.
bool is_readable(const FieldValue& value) {
  std::uint64_t number = 0;
  const bool size = value.field == Field::kRequestSize || value.field == Field::kResponseSize;
  const Known known = size ? read_size_list(value.text, number)
                           : read_duration_list_ns(value.text, model::Unit::kSeconds, number);
  return known != Known::kBad;
}

bool is_to_blame(Reason reason, const FieldValue& value) {
  switch (reason) {
    case Reason::kBadRequest:
      return value.field == Field::kRequest || value.field == Field::kMethod;
    case Reason::kBadStatus:
      return value.field == Field::kStatus;
    case Reason::kBadNumber:
      return is_number(value.field) && !is_readable(value);
    default:
      return false;
  }
}

std::string wanted(Reason reason, const FieldValue& value) {
  if (reason == Reason::kBadStatus) return "a status from 100 to 599 in " + value.name;
  if (reason == Reason::kBadNumber) return "a number or \"-\" in " + value.name;
  return value.field == Field::kMethod ? "a method such as GET in " + value.name
                                       : "a request such as \"GET / HTTP/1.1\" in " + value.name;
}

std::string quoted(std::string_view literal) {
  const char quote = literal.find('"') == std::string_view::npos ? '"' : '\'';
  return quote + std::string(literal) + quote;
}

}  // namespace

Mismatch explain_shape(const Scanner::Reach& reach, std::span<const std::string> fields,
                       std::string_view line) {
  Mismatch out{std::string(line), reach.at, ""};
  if (reach.step == Scanner::Reach::kPrefix) {
    out.expected = quoted(reach.literal) + " at the beginning";
    return out;
  }
  out.expected = reach.literal.empty() ? "the end of the line" : quoted(reach.literal);
  out.expected += " behind " + fields[reach.step];
  return out;
}

std::optional<Mismatch> explain_values(Reason reason, std::span<const FieldValue> values,
                                       std::string_view line) {
  for (const FieldValue& value : values) {
    if (!is_to_blame(reason, value)) continue;
    const auto at = static_cast<std::size_t>(value.text.data() - line.data());
    return Mismatch{std::string(line), at, wanted(reason, value)};
  }
  return std::nullopt;
}

}  // namespace routemeter::format

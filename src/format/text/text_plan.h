// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "format/contract/format_factory.h"
#include "format/scan/field_class.h"
#include "format/value/log_escape.h"

// A format string of nginx, Apache or gunicorn, taken apart: the input of make_text_format().

namespace routemeter::format {

/// A literal, or a field. A string alternates between them; two fields in a row need care.
struct Piece {
  enum class Kind : std::uint8_t {
    kLiteral,
    kField,
    kPath,  ///< a field that begins with '/'
    kQuery  ///< a field that only makes sense behind a kPath: "?", the arguments
  };
  Kind kind = Kind::kLiteral;
  std::string text;   ///< the literal's bytes, or the field's name as `fields` calls it
  std::string shown;  ///< the field as written: "$status", "%>s"
  FieldClass cls = FieldClass::kText;
  TimeKind time = TimeKind::kIso8601;        ///< how it writes a time, if it does
  model::Unit unit = model::Unit::kSeconds;  ///< of the duration, if it is one
  std::size_t offset = 0;                    ///< in FormatSpec::text
};

/// Adds bytes to the literal at the end, or as a new one.
void add_literal(std::vector<Piece>& pieces, std::string_view text, std::size_t offset);
/// Adds a time, which Apache and gunicorn write with its brackets.
void add_bracketed(std::vector<Piece>& pieces, Piece piece);

/// The names that feed a Field unless `fields` says otherwise; the first one that the string has wins.
using FieldDefaults = std::vector<std::pair<model::Field, std::vector<std::string_view>>>;

struct TextPlan {
  std::string name;  ///< of the format, for people
  Writer writer = Writer::kOther;
  std::string sigil;  ///< what stands before a name in messages: "$", "%"
  std::vector<Piece> pieces;
  EscapeStyle escape = EscapeStyle::kBackslash;
  const FieldDefaults* defaults = nullptr;
};

/// Binds the fields, checks that a request can be read, and builds the scanner.
util::Result<FormatPtr> make_text_format(const TextPlan& plan, const model::FormatSpec& spec);

/// The piece of a plan that feeds a Field, and how to read it.
struct Source {
  std::size_t piece = 0;
  bool list = false;
  model::Unit unit = model::Unit::kSeconds;
};

/// By Field.
using Binding = std::array<std::optional<Source>, static_cast<std::size_t>(model::Field::kCount)>;

inline std::optional<Source>& at(Binding& binding, model::Field field) {
  return binding[static_cast<std::size_t>(field)];
}
inline const std::optional<Source>& at(const Binding& binding, model::Field field) {
  return binding[static_cast<std::size_t>(field)];
}

/// spec.fields first, then the plan's defaults. Errors: a field that the string does not have, and a string
/// without a request line (or method and target) or without a status.
util::Result<Binding> bind_fields(const TextPlan& plan, const model::FormatSpec& spec);

}  // namespace routemeter::format

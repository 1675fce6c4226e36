// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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
  std::string text = {};   ///< the literal's bytes, or the field's name as `fields` calls it
  std::string shown = {};  ///< the field as written: "$status", "%>s"
  FieldClass cls = FieldClass::kText;
  TimeKind time = TimeKind::kIso8601;  ///< how it writes a time, if it does
  std::size_t offset = 0;              ///< in FormatSpec::text
};

struct TextPlan {
  std::string name;  ///< of the format, for people
  Writer writer = Writer::kOther;
  std::string_view sigil = {};  ///< what stands before a name in messages: "$", "%"
  std::vector<Piece> pieces = {};
  EscapeStyle escape = EscapeStyle::kBackslash;
  std::span<const FieldNames> names;  ///< that feed a Field unless `fields` says otherwise
};

/// Binds the fields, checks that a request can be read, and builds the scanner.
util::Result<FormatPtr> make_text_format(const TextPlan& plan, const model::FormatSpec& spec);

/// Reads the field of a string at `at`, where a '%' stands, and moves `at` behind it.
using PercentField = util::Result<Piece> (*)(const model::FormatSpec& spec, const SpecString& string,
                                             std::size_t& at);

/// make_text_format() for a string whose fields begin with '%', as in Apache and gunicorn; `plan` has all but
/// the pieces.
util::Result<FormatPtr> make_percent_format(TextPlan plan, const model::FormatSpec& spec,
                                            const SpecString& string, PercentField read_field);

/// The piece of a plan that feeds a Field, and how to read it.
struct Source {
  std::size_t piece = 0;
  bool list = false;
  model::Unit unit = model::Unit::kSeconds;
};
using Binding = ByField<std::optional<Source>>;

/// spec.fields first, then the plan's names. Errors: a field that the string does not have, and a string
/// without a request line (or method and target) or without a status.
util::Result<Binding> bind_fields(const TextPlan& plan, const model::FormatSpec& spec);

}  // namespace routemeter::format

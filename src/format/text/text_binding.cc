// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "format/contract/format_factory.h"
#include "format/text/text_plan.h"
#include "model/vocabulary.h"
#include "util/ascii.h"
#include "util/fmt.h"
#include "util/words.h"

namespace routemeter::format {
namespace {

using model::Field;

/// Names of headers ("{Content-Length}i") do not depend on case; variables and letters do.
bool same_name(std::string_view a, std::string_view b) {
  if (a.empty() || a[0] != '{') return a == b;
  return util::to_lower(a) == util::to_lower(b);
}

model::Unit unit_of(const TextPlan& plan, std::string_view name) {
  for (const FieldNames& row : plan.names) {
    for (const std::string_view known : words_of(row.names)) {
      if (same_name(known, name)) return row.unit;
    }
  }
  return model::Unit::kSeconds;
}

std::optional<Source> find_piece(const TextPlan& plan, std::string_view name) {
  for (std::size_t i = 0; i < plan.pieces.size(); ++i) {
    const Piece& piece = plan.pieces[i];
    if (piece.kind != Piece::Kind::kLiteral && same_name(piece.text, name)) {
      return Source{i, piece.cls == FieldClass::kList, unit_of(plan, name)};
    }
  }
  return std::nullopt;
}

/// Users write names as the rule file wants them ("request_time", "D") or as the string has them.
std::string_view bare_name(std::string_view name) {
  const auto strip = [&name](std::string_view before, std::string_view after) {
    if (name.size() > before.size() + after.size() && name.substr(0, before.size()) == before &&
        name.substr(name.size() - after.size()) == after) {
      name = name.substr(before.size(), name.size() - before.size() - after.size());
    }
  };
  strip("${", "}");
  strip("$", "");
  strip("%(", ")s");
  strip("%>", "");
  strip("%", "");
  return name;
}

util::Diagnostic unknown_field(const TextPlan& plan, const model::FormatSpec& spec, Field field,
                               const model::FieldSource& source) {
  std::vector<std::string_view> names;
  for (const Piece& piece : plan.pieces) {
    if (piece.kind != Piece::Kind::kLiteral) names.push_back(piece.text);
  }
  const std::string_view name = bare_name(source.name);
  const std::string_view near = util::nearest(name, names);
  return field_error(spec, source,
                     fmt::format("fields.{}: the format has no {}{}", name_of(field), plan.sigil, name),
                     near.empty() ? "add it to the log format, or name one that is there"
                                  : fmt::format("did you mean {}{}?", plan.sigil, near));
}

/// "$request or $request_method": what would have fed these fields.
std::string wanted_field(const TextPlan& plan, std::initializer_list<Field> fields) {
  std::vector<std::string> out;
  for (const Field field : fields) {
    const auto row = std::find_if(plan.names.begin(), plan.names.end(),
                                  [field](const FieldNames& names) { return names.field == field; });
    if (row != plan.names.end()) out.push_back(fmt::format("{}{}", plan.sigil, words_of(row->names).front()));
  }
  return util::joined(out, " and ");
}

void bind_default(const TextPlan& plan, Field field, Binding& out) {
  for (const FieldNames& row : plan.names) {
    if (row.field != field) continue;
    for (const std::string_view name : words_of(row.names)) {
      if (!out[field]) out[field] = find_piece(plan, name);
    }
  }
}

}  // namespace

util::Result<Binding> bind_fields(const TextPlan& plan, const model::FormatSpec& spec) {
  Binding out;
  util::Diagnostics errors;
  for (const auto& [field, source] : spec.fields) {
    out[field] = find_piece(plan, bare_name(source.name));
    if (!out[field]) {
      errors.push_back(unknown_field(plan, spec, field, source));
    } else if (source.unit) {
      out[field]->unit = *source.unit;
    }
  }
  if (!errors.empty()) return errors;

  constexpr std::array kParts = {Field::kMethod, Field::kTarget, Field::kProtocol};
  for (const Field field : kFields) {
    const bool is_part = std::find(kParts.begin(), kParts.end(), field) != kParts.end();
    if (field != Field::kRequest && !is_part) bind_default(plan, field, out);
  }
  // The request line says all three at once; its parts are taken only where it is not, or where the user says
  // so.
  if (!out[Field::kMethod] || !out[Field::kTarget]) bind_default(plan, Field::kRequest, out);
  if (!out[Field::kRequest]) {
    for (const Field field : kParts) bind_default(plan, field, out);
  }

  constexpr const char* kHint = "add {} to the log format, or say under `fields` what carries it";
  if (!out[Field::kRequest] && (!out[Field::kMethod] || !out[Field::kTarget])) {
    const std::string line = wanted_field(plan, {Field::kRequest});
    errors.push_back(spec_error(spec, 0,
                                fmt::format("the format has no request: neither {} nor {}", line,
                                            wanted_field(plan, {Field::kMethod, Field::kTarget})),
                                fmt::format(kHint, line)));
  }
  if (!out[Field::kStatus]) {
    const std::string status = wanted_field(plan, {Field::kStatus});
    errors.push_back(spec_error(spec, 0, fmt::format("the format has no status: {} is missing", status),
                                fmt::format(kHint, status)));
  }
  if (!errors.empty()) return errors;
  return out;
}

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "format/contract/format_factory.h"
#include "model/request.h"
#include "model/rule_file.h"

namespace routemeter::format {

/// One JSON object per line. Fields are looked up under the names of json_dialects(), except those that
/// spec.fields maps to a key of their own (a dotted path; a key that has dots in it comes first).
///
/// Values are strings or numbers. null, "" and "-" are unknown; a duration that is a string may carry its own
/// unit ("1.5ms"), as Caddy can be told to write.
///
/// Only the lines tell which fields they have, so available() claims all of them until detect() has seen a
/// sample: then it is the fields whose keys are in the sample, and those of spec.fields. The same goes for
/// time_kind().
util::Result<FormatPtr> make_json(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// The names of one program. Dots stand for nesting, or are part of the key.
struct JsonDialect {
  std::string_view name;
  std::span<const FieldNames> names;
};

/// All dialects, in the order in which they are preferred when several fit a line equally well.
std::span<const JsonDialect> json_dialects();

}  // namespace routemeter::format

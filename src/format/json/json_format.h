// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "format/contract/format_factory.h"
#include "model/request.h"
#include "model/rule_file.h"

namespace routemeter::format {

/// One JSON object per line. Without spec.fields the usual names are tried (json_dialects()); with them the
/// named fields stand where they say (dotted paths, a key with dots in it first), the others keep the usual
/// names.
///
/// Values are strings or numbers. null, "" and "-" are unknown; a duration that is a string may carry its own
/// unit ("1.5ms"), as Caddy can be told to write.
///
/// What available() says: which fields the lines have stands in the lines, so a format that saw none of them
/// claims all. detect() narrows that to the fields whose keys stand in its sample (unknown or not), and to
/// those that spec.fields names; the same for time_kind().
util::Result<FormatPtr> make_json(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// A name that some program gives to a field in its JSON access log. Dots stand for nesting, or are part of
/// the key.
struct JsonName {
  model::Field field;
  std::string_view path;
  model::Unit unit = model::Unit::kSeconds;  ///< of durations
};

/// The names of one program. Within a field the order counts: the first that the line has is taken.
struct JsonDialect {
  std::string_view name;
  std::span<const JsonName> names;
};

/// All dialects, in the order in which they are preferred when several fit a line equally well.
std::span<const JsonDialect> json_dialects();

}  // namespace routemeter::format

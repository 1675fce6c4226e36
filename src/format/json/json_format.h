// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/contract/format.h"

namespace routemeter::format {

/// One JSON object per line. Without spec.fields the usual names are tried (json_names.h); with them the
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

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "format/contract/format_factory.h"

namespace routemeter::format {

/// True for a format text that is a regular expression: it has a named group.
bool is_regex_format(std::string_view text) noexcept;

/// A regular expression over the whole line; its named groups are the fields. A group is named as the key of
/// `fields` ("status", "time_to_first_byte"; "path" and "uri" mean target), or spec.fields says which group
/// feeds what. Durations are in seconds unless spec.fields gives a unit. Other groups are ignored.
/// Needed are status, and request or both of method and target. `(?<name>...)` means `(?P<name>...)`.
util::Result<FormatPtr> make_regex(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "format/contract/format_factory.h"

// The formats with a parser of their own, each in a file of its own. What most of them need: read_fields()
// for a request out of texts (value/request_line.h), PrefixWalk for what stands before the line's own text.

namespace routemeter::format {

/// A regular expression over the whole line; its named groups are the fields. A group is named as the key of
/// `fields` ("status", "time_to_first_byte"; "path" and "uri" mean target), or spec.fields says which group
/// feeds what. Durations are in seconds unless spec.fields gives a unit. Other groups are ignored.
/// Needed are status, and request or both of method and target. `(?<name>...)` means `(?P<name>...)`.
util::Result<FormatPtr> make_regex(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// True for a format text that is a regular expression: it has a named group.
bool is_regex_format(std::string_view text) noexcept;

/// uvicorn's console output, alone or under gunicorn: access lines between server messages and tracebacks.
/// It knows the request line and the status, nothing else. spec.fields must
/// be empty, as nobody can add fields to these lines.
util::Result<FormatPtr> make_uvicorn(const model::FormatSpec& spec, const model::CaptureRegexFactory& regex);

/// True for what uvicorn and gunicorn write about themselves ("INFO:     Started server process [1]",
/// "[2024-01-01 00:00:00 +0000] [7] [INFO] Starting gunicorn"): by it `auto` knows a log without requests.
bool is_uvicorn_message(std::string_view line) noexcept;

/// Length of what stands before the message on a line of uvicorn or gunicorn; 0 = nothing that we know.
/// Known are uvicorn's own "INFO:     " (any level, maybe coloured), gunicorn's
/// "[2024-01-01 00:00:00 +0000] [7] [INFO] ", logging.basicConfig's "INFO:uvicorn.access:", and a time stamp
/// followed by the logger's name and the level in any order, apart by blank, " - ", " | " or ": ".
std::size_t uvicorn_prefix_length(std::string_view line) noexcept;

}  // namespace routemeter::format

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "format/contract/format_factory.h"

namespace routemeter::format {

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
